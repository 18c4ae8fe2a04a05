import type { Random } from '../traffic/random.ts';
import type { Receipt, Tick } from './ledger.ts';
import { failureUpdate, tickUpdate } from './meta-webhooks.ts';
import { type PlannedUpdate, plan } from './outbox.ts';
import type { Rules } from './rules.ts';
import { sentUpdate, updateOf } from './wasender-webhooks.ts';
import type { World } from './world.ts';

type StatusRules = Rules['statuses'];

/** What a provider takes to tell of something. */
const ON_ITS_WAY_MS = 30;

/** Plans when each tick of a message shows, from a moment on, and what is told of it when. */
export function planTicks(world: World, receipt: Receipt, from: number): void {
  const { rules, random } = world;
  const { stepMs, readShare, readAtOnceShare } = rules.statuses;
  const step = (steps: number) => Math.ceil(stepMs * steps * (0.5 + random()));
  const { ticks } = receipt;
  ticks.sent = from + step(1);
  const deliveredAt = ticks.sent + step(1);
  const isRead = random() < readShare;
  const isReadAtOnce = random() < readAtOnceShare;
  if (!isRead || !isReadAtOnce) ticks.delivered = deliveredAt;
  if (isRead) ticks.read = deliveredAt + (isReadAtOnce ? 0 : step(4));
  tell(world, receipt, tickUpdates(world, receipt));
}

/** Plans that a message fails. */
export function planFailure(world: World, receipt: Receipt, code: number, at: number): void {
  receipt.failure = { code, at };
  const update =
    receipt.provider === 'meta'
      ? failureUpdate(world, receipt, detailsOf(code))
      : updateOf(world, receipt, 'failed');
  tell(world, receipt, [{ at, tick: 'failed', update }]);
}

/** Shows a message as read now, whatever was planned. Returns whether that is news. */
export function readNow(world: World, receipt: Receipt, now: number): boolean {
  const { ticks, wamid, failure } = receipt;
  if (failure !== undefined || (ticks.read ?? Number.POSITIVE_INFINITY) <= now) return false;
  const planned = world.outbox.findIndex((one) => one.about === wamid && one.tick === 'read');
  if (planned !== -1) world.outbox.splice(planned, 1);
  ticks.sent = Math.min(ticks.sent ?? now, now);
  if (ticks.delivered !== undefined) ticks.delivered = Math.min(ticks.delivered, now);
  ticks.read = now;
  const told = tickUpdates(world, receipt).filter(({ tick }) => tick === 'read');
  for (const one of told) plan(world.outbox, { ...one, about: wamid });
  return true;
}

type Told = Omit<PlannedUpdate, 'about'>;

/** What is told of the ticks of a message, in their order. */
function tickUpdates(world: World, receipt: Receipt): Told[] {
  const ticks = (['sent', 'delivered', 'read'] as const).flatMap((tick) => {
    const at = receipt.ticks[tick];
    return at === undefined ? [] : [{ tick, at }];
  });
  if (receipt.provider === 'wasender') {
    const links: Told[] = ticks
      .slice(0, 1)
      .map((one) => ({ ...one, update: sentUpdate(world, receipt) }));
    return [
      ...links,
      ...ticks.map((one) => ({ ...one, update: updateOf(world, receipt, one.tick) })),
    ];
  }
  return ticks.map(({ tick, at }, place) => ({
    ...{ tick, at },
    update: tickUpdate(world, receipt, tick, isPriced(tick, place)),
  }));
}

/** Pricing comes with `sent`, and with the one that follows. */
function isPriced(tick: Tick, place: number): boolean {
  return tick === 'sent' || place === 1;
}

function tell(world: World, { wamid }: Receipt, told: readonly Told[]): void {
  const { random, rules, outbox } = world;
  if (random() < rules.statuses.silentShare) return;
  for (const one of disturbed(told, random, rules.statuses)) {
    plan(outbox, { ...one, about: wamid });
  }
}

/** What the network and the provider's retries make of updates: late, twice, or in reverse. */
export function disturbed(told: readonly Told[], random: Random, rules: StatusRules): Told[] {
  const late = () => (random() < rules.lateShare ? Math.ceil(random() * rules.lateMs) : 0);
  const times = told.map(({ at }) => at + ON_ITS_WAY_MS + late());
  if (random() < rules.disorderedShare) times.sort((one, other) => other - one);
  return told.flatMap((update, place) => {
    const one = { ...update, at: times[place] ?? update.at };
    const again = { ...one, at: one.at + Math.ceil(random() * rules.lateMs) };
    return random() < rules.doubledShare ? [one, again] : [one];
  });
}

const DETAILS: Readonly<Record<number, string>> = {
  131026: 'Message Undeliverable.',
  131047:
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  131049:
    'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
  131050: 'The user has stopped marketing messages.',
  132015: 'The message was held to assess its quality, and its template was paused.',
};

function detailsOf(code: number): string {
  return DETAILS[code] ?? '';
}
