import { createHash } from 'node:crypto';
import type { MediaState } from '../../../lambda/events/media-state.ts';
import type { SettleJobsDeps } from '../../../lambda/media/fetcher/settle-jobs.ts';
import type { OpenedMedia } from '../../../lambda/media/https-providers.ts';
import { writeMediaJob } from '../../../lambda/media/job.ts';
import type { Locating } from '../../../lambda/media/location.ts';
import { type ChannelPace, UNTROUBLED } from '../../../lambda/media/pauses.ts';
import type { QueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';
import type { StoredEvent } from '../../../lambda/table/stored-rows.ts';
import { aMessage, metaWebhook, only, RECEIVED_AT, splitMeta } from '../../support/webhooks.ts';

export const FILE = Buffer.from('the bytes of a photo');
export const SHA256 = createHash('sha256').update(FILE).digest('hex');
export const NOW = RECEIVED_AT + 1000;

export function aPhoto(image: object = {}, overrides: object = {}): StoredEvent {
  const member = { id: '1479537139650973', mime_type: 'image/jpeg', sha256: SHA256, ...image };
  const body = metaWebhook({ messages: [aMessage({ type: 'image', image: member })] });
  const { group, id, provider, channel, direction, type, payload, receivedAt } = only(
    splitMeta(body),
  );
  return {
    ...{ pk: group, sk: id, provider, channel, direction, type, payload, receivedAt },
    ...{ wamid: undefined, chat: undefined, payloadKey: undefined, media: undefined },
    at: `${receivedAt}#00000000000000000001`,
    ...overrides,
  };
}

export function aJob({ pk, sk, channel }: StoredEvent, overrides: Partial<QueuedMessage> = {}) {
  return {
    messageId: 'm1',
    body: writeMediaJob({ group: pk, id: sk, channel }),
    receiptHandle: 'r1',
    receiveCount: 1,
    messageGroupId: undefined,
    sequenceNumber: '',
    sentAt: NOW,
    ...overrides,
  };
}

export const LOCATED: Locating = {
  ok: true,
  location: { url: 'https://lookaside.fbsbx.com/1', headers: { authorization: 'Bearer x' } },
};

export function opened(bytes: Buffer = FILE, mimeType = 'image/jpeg'): OpenedMedia {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  return { ok: true, mimeType, sizeBytes: bytes.length, chunks: chunks() };
}

type Overrides = Partial<Omit<SettleJobsDeps, 'table'>> & {
  readonly event?: StoredEvent | undefined;
  readonly pace?: ChannelPace;
};

/** A provider that has the file, an empty bucket, and a table with the one event. */
export function fakeDeps({ event, pace, ...overrides }: Overrides = {}) {
  const states: MediaState[] = [];
  const paces: ChannelPace[] = [];
  const stored = new Map<string, Buffer>();
  const counted: string[] = [];
  const warned: object[] = [];
  const asked: string[] = [];
  const deps: SettleJobsDeps = {
    table: {
      event: async () => (states.length > 0 ? undefined : event),
      settle: async (_, state) => {
        states.push(state);
        return 'said';
      },
      pace: async () => paces.at(-1) ?? pace ?? UNTROUBLED,
      setPace: async (_, slower) => paces.push(slower) > 0,
    },
    readPayload: async () => undefined,
    locate: async ({ provider }) => {
      asked.push(provider);
      return LOCATED;
    },
    open: async () => opened(),
    put: async ({ key }, chunks) => {
      const bytes = await Array.fromAsync(chunks);
      stored.set(key, Buffer.concat(bytes));
    },
    remove: async (key) => void stored.delete(key),
    policyOf: async () => ({
      ...{ keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' },
    }),
    delayReturns: async () => undefined,
    now: () => NOW,
    random: () => 0,
    count: (metric) => void counted.push(metric),
    warn: (message, fields) => void warned.push({ message, ...fields }),
    ...overrides,
  };
  return { deps, states, paces, stored, counted, warned, asked };
}
