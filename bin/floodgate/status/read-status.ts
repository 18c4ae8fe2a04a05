import { type ChannelAnswer, channelsAnswer } from '../../../lambda/channels/managing/schemas.ts';
import type { SubscriberAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import type { StackAddress } from '../stack/deployed-stack.ts';
import { countQueues, type QueueCount } from '../stack/queue-counts.ts';
import { type SpeakingAlarm, speakingAlarms } from '../stack/speaking-alarms.ts';
import { listSubscribers } from '../subscriber/find-subscriber.ts';
import type { Surroundings } from '../terminal/command.ts';

/** Something that somebody has to look at. */
export interface Wrong {
  readonly what: string;
  /** The command that shows more, or mends it. */
  readonly look: string;
}

export interface StackStatus {
  readonly stack: string;
  readonly url: string;
  readonly at: string;
  readonly wrong: readonly Wrong[];
  readonly queues: readonly QueueCount[];
  readonly subscribers: readonly SubscriberAnswer[];
  readonly channels: readonly ChannelAnswer[];
  /** Null of the local stack, which has none. */
  readonly alarms: readonly SpeakingAlarm[] | null;
}

/** Looks at all of a stack at once. */
export async function readStatus(
  stack: StackAddress,
  surroundings: Surroundings,
): Promise<StackStatus> {
  const api = await openApi({ api: stack.api }, surroundings);
  const [queues, { subscribers, unreadable }, channels, alarms] = await Promise.all([
    countQueues(stack),
    listSubscribers(api),
    listChannels(api),
    speakingAlarms(stack),
  ]);
  const where = stack.endpoints === undefined ? ` --stack ${stack.name}` : '';
  return {
    ...{ stack: stack.name, url: stack.api, at: new Date().toISOString() },
    wrong: [
      ...(alarms ?? []).map(wrongOfAlarm),
      ...queues.flatMap((one) => wrongOfQueue(one, where)),
      ...subscribers.flatMap((one) => wrongOfSubscriber(one, where)),
      ...unreadable.map((id) => ({
        what: `subscriber ${id} cannot be read by this release`,
        look: `npx floodgate subscriber list${where}`,
      })),
      ...channels.flatMap((one) => wrongOfChannel(one, where)),
    ],
    ...{ queues, subscribers, channels, alarms: alarms ?? null },
  };
}

async function listChannels(api: ApiClient): Promise<readonly ChannelAnswer[]> {
  return (await api.call({ method: 'GET', path: '/v1/channels' }, channelsAnswer)).channels;
}

function wrongOfAlarm({ name, says, isHeard }: SpeakingAlarm): Wrong {
  const unheard = isHeard ? '' : '; nobody is told of it';
  return { what: `alarm ${name}: ${says}${unheard}`, look: 'docs/runbook.md' };
}

function wrongOfQueue({ name, waiting, isDeadLetters }: QueueCount, where: string): Wrong[] {
  if (!isDeadLetters || waiting === 0) return [];
  const what = `${waiting} ${waiting === 1 ? 'dead letter' : 'dead letters'} in ${name}`;
  return [{ what, look: `npx floodgate dlq list${where}` }];
}

const STATES: Readonly<Record<SubscriberAnswer['state'], string | undefined>> = {
  active: undefined,
  paused: undefined,
  failing: 'answers nobody',
  disabled: 'answered 410, and gets nothing more',
};

function wrongOfSubscriber(
  { name, state, waiting, waitingSince }: SubscriberAnswer,
  where: string,
): Wrong[] {
  const why = STATES[state];
  if (why === undefined) return [];
  const since = waitingSince === null ? '' : ` since ${waitingSince}`;
  const waits = waiting ? `; about ${waiting} deliveries wait${since}` : '';
  const look = `npx floodgate deliveries --subscriber "${name}" --failed${where}`;
  return [{ what: `the endpoint of "${name}" ${why}${waits}`, look }];
}

function wrongOfChannel(
  { id, needsAttention, pausedBecause, state }: ChannelAnswer,
  where: string,
): Wrong[] {
  const isByProvider = state === 'paused' && pausedBecause !== 'user' && pausedBecause !== 'lanes';
  const why = needsAttention ?? (isByProvider ? `paused: ${pausedBecause}` : undefined);
  if (why === undefined) return [];
  return [{ what: `channel ${id}: ${why}`, look: `npx floodgate channel check ${id}${where}` }];
}
