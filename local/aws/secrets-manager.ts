import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import { type ApiAction, ApiError } from './json-protocol.ts';

/** A secret as the local stack keeps it. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

const version = z.object({ id: z.string(), value: z.string(), since: z.number() });

type Version = z.output<typeof version>;

interface Versions {
  AWSCURRENT: Version;
  AWSPREVIOUS?: Version | undefined;
}

interface Stored extends Versions {
  readonly arn: string;
  readonly name: string;
}

const keptVersions = z.object({ AWSCURRENT: version, AWSPREVIOUS: z.optional(version) });

const get = z.object({
  SecretId: z.string(),
  VersionStage: z._default(z.enum(['AWSCURRENT', 'AWSPREVIOUS']), 'AWSCURRENT'),
});
const put = z.object({ SecretId: z.string(), SecretString: z.string().check(z.minLength(1)) });

/**
 * Reads and writes secrets by name or ARN: the current version, and the one before it.
 *
 * One that somebody wrote is kept; one that nobody did is filled anew at each start.
 */
export function secretActions(
  secrets: readonly Secret[],
  clock: LocalClock,
  keep: Keep = KEEPS_NOTHING,
): Record<string, ApiAction> {
  const versionOf = (value: string): Version => ({ id: randomUUID(), value, since: clock.now() });
  const shelf = keep.shelf('secrets', (json) => keptVersions.parse(json));
  const written = new Map(shelf.entries());
  const stored = secrets.map(({ arn, name, value }): Stored => {
    const versions: Versions = written.get(name) ?? { AWSCURRENT: versionOf(value) };
    return { arn, name, ...versions };
  });
  const find = (id: string) =>
    stored.find(({ arn, name }) => arn === id || name === id) ?? absent();
  return {
    GetSecretValue: (input) => {
      const { SecretId, VersionStage } = get.parse(input);
      const { arn, name, [VersionStage]: version } = find(SecretId);
      const { id, value, since } = version ?? absent();
      return {
        ...{ ARN: arn, Name: name, SecretString: value, VersionId: id },
        ...{ VersionStages: [VersionStage], CreatedDate: since / 1000 },
      };
    },
    // All of them on one page: there are few.
    ListSecrets: () => ({
      SecretList: stored.map(({ arn, name, AWSCURRENT }) => ({
        ...{ ARN: arn, Name: name, LastChangedDate: AWSCURRENT.since / 1000 },
        SecretVersionsToStages: { [AWSCURRENT.id]: ['AWSCURRENT'] },
      })),
    }),
    PutSecretValue: (input) => {
      const { SecretId, SecretString } = put.parse(input);
      const secret = find(SecretId);
      secret.AWSPREVIOUS = secret.AWSCURRENT;
      secret.AWSCURRENT = versionOf(SecretString);
      const { arn, name, AWSCURRENT, AWSPREVIOUS } = secret;
      shelf.put(name, { AWSCURRENT, AWSPREVIOUS });
      return { ARN: arn, Name: name, VersionId: AWSCURRENT.id, VersionStages: ['AWSCURRENT'] };
    },
  };
}

function absent(): never {
  throw new ApiError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  );
}
