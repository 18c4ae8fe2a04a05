import type { Telling, Update } from './update-parts.ts';

/** What a write may take from when it was made up until it arrives. */
export const MAX_WRITE_MS = 3 * 60_000;

type LinkedAt = (link: readonly [string, string]) => number | undefined;

/** What has become of an update that tells a message which others tell as well. */
export interface ToldFate {
  readonly update: Update;
  /** The row that has it, and since when, in ms since 1970. */
  readonly row?: string;
  readonly storedAt?: number;
}

/** The tellings of each message, and what one of them makes of the others. */
export class Tellings<Fate extends ToldFate> {
  readonly #ofMessages: ReadonlyMap<string | undefined, readonly Fate[]>;

  constructor(fates: readonly Fate[]) {
    this.#ofMessages = Map.groupBy(fates, ({ update }) => update.telling?.message);
  }

  /** Others of which one that is there is enough: what has no content adds nothing to what has it. */
  insteadOf(fate: Fate): readonly Fate[] {
    const { telling } = fate.update;
    if (telling === undefined) return [];
    const enough = ENOUGH[telling.as];
    return this.#others(fate).filter(({ update }) => enough.includes(update.telling?.as));
  }

  /**
   * The row that was there before, and ought to have kept this one out.
   *
   * @param linkedAt since when two names are linked, in ms since 1970
   */
  doubleOf(fate: Fate, linkedAt: LinkedAt): Fate | undefined {
    return this.insteadOf(fate).find(
      (other) =>
        other.row !== undefined &&
        other.row !== fate.row &&
        // Who looks for another and then writes may be overtaken by it.
        (isOfOneClaim(fate, other) || isLongAfter(fate, other.storedAt)) &&
        mayKnow(fate, other, linkedAt) &&
        mayKnow(other, fate, linkedAt),
    );
  }

  #others(fate: Fate): readonly Fate[] {
    const all = this.#ofMessages.get(fate.update.telling?.message) ?? [];
    return all.filter((other) => other !== fate);
  }
}

/** Which tellings of a message keep another out. */
const ENOUGH: Readonly<Record<Telling['as'], readonly (Telling['as'] | undefined)[]>> = {
  content: ['content'],
  history: ['content', 'history'],
  placeholder: ['content', 'placeholder'],
};

function isOfOneClaim(one: ToldFate, other: ToldFate): boolean {
  return one.update.telling?.as === other.update.telling?.as;
}

/** Whether a row came later than anything that was under way at a time. */
function isLongAfter({ storedAt = Infinity }: ToldFate, since = Infinity): boolean {
  return since + MAX_WRITE_MS < storedAt;
}

/** Whether the link was there in time by which one is known to be the other. */
function mayKnow(one: ToldFate, other: ToldFate, linkedAt: LinkedAt): boolean {
  const link = one.update.telling?.needsLink;
  if (link === undefined || other.update.telling?.isKnownByUserId === true) return true;
  return isLongAfter(one, linkedAt(link));
}
