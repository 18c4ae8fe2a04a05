import type { Receipt } from './ledger.ts';
import { type SpentSend, spentReceiptOf } from './spent-sends.ts';
import type { World } from './world.ts';

/** What a request did that was a send. */
export interface SendEffect {
  readonly spent: Omit<SpentSend, 'receipt'>;
  readonly receipt: Receipt | undefined;
}

/** What is longer ago than its last tick is told, twice where that is so. */
const TELLING_MS = 1000;

/**
 * Notes what each send did to a world, so that its request need not be kept for ever.
 *
 * @param most of which the requests are kept
 * @param spend puts in the place of a request what came of it
 */
export function recentSends(
  world: World,
  draws: () => number,
  most: number,
  spend: (key: string, spent: SpentSend) => void,
) {
  const sends: (SendEffect & { readonly key: string })[] = [];
  return {
    /** What answering a request did, if it was a send: those are answered at once, whatever is waited for of others. */
    watched: <Answer>(at: number, answering: () => Answer) => {
      const before = standing(world, draws());
      const answer = answering();
      return { answer, effect: effectBetween(before, standing(world, draws()), world, at) };
    },
    note: (key: string, effect: SendEffect): void => void sends.push({ ...effect, key }),
    /** @param toldUntil up to when all that was due has been told */
    spendOld: (toldUntil: number): void => {
      for (let first = sends[0]; sends.length > most && first !== undefined; first = sends[0]) {
        const { key, spent, receipt } = first;
        if (receipt !== undefined && toldBy(world, receipt) > toldUntil) return;
        spend(key, receipt === undefined ? spent : { ...spent, receipt: spentReceiptOf(receipt) });
        sends.shift();
      }
    },
  };
}

function standing({ ledger: { receipts, refusals, triedAt } }: World, draws: number) {
  const tried = new Map([...triedAt].map(([channel, { length }]) => [channel, length]));
  return { draws, receipts: receipts.length, refusals: new Map(refusals), tried };
}

type Standing = ReturnType<typeof standing>;

/** Undefined where it was no send, or did something else than to be taken or refused. */
function effectBetween(
  before: Standing,
  after: Standing,
  { ledger }: World,
  at: number,
): SendEffect | undefined {
  const channel = grown(before.tried, after.tried);
  const refusal = grown(before.refusals, after.refusals);
  const receipt = after.receipts === before.receipts ? undefined : ledger.receipts.at(-1);
  if (channel === undefined || (refusal ?? receipt) === undefined) return undefined;
  const spent = { at, channel, draws: after.draws - before.draws };
  return { spent: refusal === undefined ? spent : { ...spent, refusal }, receipt };
}

function grown(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string | undefined {
  return [...after].find(([name, count]) => count > (before.get(name) ?? 0))?.[0];
}

/** When all that is to be told of a message has been due. */
function toldBy({ rules }: World, { at, ticks, failure }: Receipt): number {
  const last = Math.max(at, failure?.at ?? 0, ...Object.values(ticks));
  return last + 2 * rules.statuses.lateMs + TELLING_MS;
}
