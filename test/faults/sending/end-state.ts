import { MESSAGE_SORT_KEY, outgoingPartition } from '../../../lambda/table/keys.ts';
import { stateOf, toRecord } from '../../../lambda/table/outgoing-record.ts';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import { START_MS } from '../schedule.ts';
import type { PlannedMessage } from './messages.ts';
import type { SendingWorld } from './world.ts';

const ENDS = ['sent', 'held', 'delivered', 'read', 'failed', 'uncertain', 'cancelled', 'expired'];
const GONE_OUT = ['sent', 'held', 'delivered', 'read'];
/** From when a lane takes a message until its request leaves: a token, a claim, a turn. */
const UNDER_WAY_MS = 30_000;

/** Checks what must hold once nothing is left to happen. */
export function checkSent(messages: readonly PlannedMessage[], world: SendingWorld): void {
  if (world.isWaiting) world.violate('8: something waits for ever');
  if (world.caller.underWay > 0) world.violate('8: somebody still asks');
  for (const message of messages) checkMessage(message, world);
}

function checkMessage(message: PlannedMessage, world: SendingWorld): void {
  const { caller, table } = world;
  const { id, channel, key, tag, spec } = message;
  const receipts = world.whatsapp.receipts.filter(({ text }) => text.includes(tag));
  const row = table.rows.get(`${outgoingPartition(channel, id)}\n${MESSAGE_SORT_KEY}`);
  const record = row && toRecord(toItem(row));
  const state = stateOf(record);
  const told = `${tag} is ${state}, ${receipts.length} times taken`;
  const violate = (what: string) => world.violate(`${what}: ${told}`);

  if (receipts.length > 1) violate('6: somebody gets it twice');
  if (caller.refused.has(key)) {
    if (receipts.length > 0) violate(`6: it was refused with ${caller.refused.get(key)}`);
    return;
  }
  if (!caller.taken.has(key)) {
    if (spec.patience === undefined) violate('7: it is neither taken nor refused');
    return;
  }
  if (!ENDS.includes(state)) violate('7: it comes to no end');
  if (caller.cancelled.has(id) && (state !== 'cancelled' || receipts.length > 0)) {
    violate('6: it was cancelled');
  }
  if (receipts.length === 0 && GONE_OUT.includes(state)) violate('7: nobody got it');
  if (receipts.length > 0 && (state === 'cancelled' || state === 'expired')) {
    violate('6: it went out all the same');
  }
  // A status with its mark tells of each that was taken.
  const isTold = receipts.some(({ mark, failure }) => mark !== undefined && failure === undefined);
  if (isTold && state === 'uncertain') violate('7: a status told of it');
  if (isTold && !GONE_OUT.includes(state)) violate('7: it was taken');
  checkTime(message, world, violate);
}

function checkTime(
  { tag, spec }: PlannedMessage,
  world: SendingWorld,
  violate: (what: string) => void,
): void {
  const requested = world.requests.filter(({ body }) => body.includes(tag));
  if (spec.waitsMs === undefined) return;
  const until = START_MS + spec.atMs + spec.waitsMs + UNDER_WAY_MS;
  if (requested.some(({ at }) => at > until)) violate('6: it goes out after its time');
}
