import { type Channel, laneOf } from '../../channels/channel.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import { CLAIM_LIFE_MS } from '../../table/outgoing-claim.ts';
import type { ForgottenRows } from '../forgotten-table.ts';
import type { WaitingMessages, WaitingPlace } from '../waiting-messages-table.ts';

export interface ForgetWaitingDeps {
  /** As it is now; undefined where it is gone, and with it all that waited. */
  readonly channel: (id: string, signal: AbortSignal) => Promise<Channel | undefined>;
  readonly waiting: WaitingMessages;
  readonly rows: Pick<ForgottenRows, 'forgetRow'>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const AT_ONCE = 16;
const LOOK_MS = 250;

/**
 * Forgets what waits to be sent to somebody, and what is uncertain. Once it has ended, nothing of that
 * goes out: each is claimed before, and whoever has a claim is waited for.
 *
 * Resolves with how many there were.
 *
 * @param names by which they are known now
 */
export async function forgetWaiting(
  channelId: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
  deps: ForgetWaitingDeps,
): Promise<number> {
  const channel = await deps.channel(channelId, signal);
  if (channel === undefined) return 0;
  const lanes = new Set([...names].map((name) => laneOf(channel, name)));
  const ids = new Set<string>();
  for (const lane of lanes) {
    const theirs = deps.waiting.inLane({ channel: channelId, lane }, names, signal);
    await sideBySide(theirs, AT_ONCE, async (place) => {
      signal.throwIfAborted();
      await claim(place, signal, deps);
      // The row by which it is found goes last.
      await deps.rows.forgetRow(place.content, signal);
      await deps.rows.forgetRow(place.record, signal);
      await deps.waiting.remove(place, signal);
      ids.add(place.id);
    });
  }
  return ids.size;
}

/** Resolves once nobody can send it any more. */
async function claim(
  place: WaitingPlace,
  signal: AbortSignal,
  { waiting, sleep, now }: ForgetWaitingDeps,
): Promise<void> {
  while (!(await waiting.cancel(place, signal))) {
    const claimedAt = await waiting.sendingSince(place, signal);
    if (claimedAt === undefined || claimedAt + CLAIM_LIFE_MS <= now()) return;
    await sleep(LOOK_MS);
    signal.throwIfAborted();
  }
}
