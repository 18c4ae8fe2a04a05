import { jsonAnswer, type ServiceAnswer } from './service.ts';
import { SESSION } from './update-parts.ts';

export const PATH_TOKEN = 'unguessable';

/** As long as a function may remember secrets, and a little. */
const WELL_KNOWN_MS = 6 * 60_000;

/** The longest that a request is under way. */
const REQUEST_MS = 60_000;

interface Version {
  readonly from: number;
  readonly valid: readonly [string, ...string[]];
}

export interface Rotation {
  readonly atMs: number;
  readonly overlapMs: number;
}

/** The secrets of both providers, which are rotated at most once: new and old valid for a while. */
export class Secrets {
  readonly #versions: readonly Version[];
  readonly #now: () => number;

  constructor(now: () => number, rotation: Rotation | undefined) {
    const startedAt = now();
    this.#now = now;
    this.#versions = [
      { from: -Infinity, valid: ['first', 'zeroth'] },
      ...(rotation === undefined
        ? []
        : ([
            { from: startedAt + rotation.atMs, valid: ['second', 'first'] },
            {
              from: startedAt + rotation.atMs + rotation.overlapMs + 2 * WELL_KNOWN_MS,
              valid: ['second'],
            },
          ] satisfies Version[])),
    ];
  }

  /**
   * A secret that a provider may sign with now, by a number from 0 up to 1.
   *
   * `isWellKnown`: no function can have missed that it is valid, nor that it no longer is.
   */
  choose(random: number): { readonly value: string; readonly isWellKnown: boolean } {
    const now = this.#now();
    const { valid } = this.#versionAt(now);
    const value = valid[Math.floor(random * valid.length)] ?? valid[0];
    const isWellKnown = [now - WELL_KNOWN_MS, now + REQUEST_MS].every((time) =>
      this.#versionAt(time).valid.includes(value),
    );
    return { value, isWellKnown };
  }

  /** What Secrets Manager answers. */
  read(secretArn: string): ServiceAnswer {
    const { valid } = this.#versionAt(this.#now());
    const secret = secretArn.endsWith('meta')
      ? { appSecrets: valid, verifyToken: 'verify' }
      : { sessions: [{ session: SESSION, token: PATH_TOKEN, secrets: valid }] };
    return jsonAnswer({ SecretString: JSON.stringify(secret) });
  }

  #versionAt(time: number): Version {
    const version = this.#versions.findLast(({ from }) => from <= time);
    if (version === undefined) throw new Error('no secret is valid');
    return version;
  }
}
