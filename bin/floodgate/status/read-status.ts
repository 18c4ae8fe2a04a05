import { type ChannelAnswer, channelsAnswer } from '../../../lambda/channels/managing/schemas.ts';
import type { SubscriberAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import type { StackAddress } from '../stack/deployed-stack.ts';
import { countQueues, type QueueCount } from '../stack/queue-counts.ts';
import { type SpeakingAlarm, speakingAlarms } from '../stack/speaking-alarms.ts';
import { listSubscribers } from '../subscriber/find-subscriber.ts';

/** Something that somebody has to look at. */
export interface Wrong {
  readonly what: string;
  /** The command that shows more, or mends it. */
  readonly look: string;
  /** Its section of docs/runbook.md. */
  readonly runbook: string | null;
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
export async function readStatus(stack: StackAddress, api: ApiClient): Promise<StackStatus> {
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
        runbook: 'subscriberunreadable',
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
  const what = `alarm ${name}: ${says}${unheard}`;
  return { what, look: 'docs/runbook.md', runbook: runbookOf(says) };
}

/** The section of the runbook that an alarm's description names. */
export function runbookOf(says: string): string | null {
  return /docs\/runbook\.md#([\w-]+)/.exec(says)?.[1] ?? null;
}

function wrongOfQueue({ name, waiting, isDeadLetters }: QueueCount, where: string): Wrong[] {
  if (!isDeadLetters || waiting === 0) return [];
  const what = `${waiting} ${waiting === 1 ? 'dead letter' : 'dead letters'} in ${name}`;
  const runbook = DEAD_LETTERS.find(([queue]) => queue.test(name))?.[1] ?? OF_THE_INBOX;
  return [{ what, look: `npx floodgate dlq list${where}`, runbook }];
}

/** Sections of the runbook by the dead-letter queues that they are about. */
const DEAD_LETTERS = [
  [/^deliveries/i, 'deliveriesgivenup'],
  [/^media/i, 'mediadeadletterqueuenotempty'],
  [/^checks/i, 'checksdeadletterqueuenotempty'],
] as const;

const OF_THE_INBOX = 'deadletterqueuenotempty';

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
  const runbook = state === 'disabled' ? 'subscribergone' : 'endpointfailing';
  return [{ what: `the endpoint of "${name}" ${why}${waits}`, look, runbook }];
}

function wrongOfChannel(
  { id, needsAttention, pausedBecause, state }: ChannelAnswer,
  where: string,
): Wrong[] {
  const isByProvider = state === 'paused' && pausedBecause !== 'user' && pausedBecause !== 'lanes';
  const why = needsAttention ?? (isByProvider ? `paused: ${pausedBecause}` : undefined);
  if (why === undefined) return [];
  const look = `npx floodgate channel check ${id}${where}`;
  const runbook = needsAttention === null ? 'channelpaused' : 'channelatfault';
  return [{ what: `channel ${id}: ${why}`, look, runbook }];
}
