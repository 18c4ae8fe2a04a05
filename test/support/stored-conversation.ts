import { afterAll, beforeEach } from 'vitest';
import type { HttpRequest } from '../../lambda/answers/api-gateway.ts';
import { keptTenancy } from '../../lambda/channels/tenancy.ts';
import type { QueuedEvent } from '../../lambda/events/envelope.ts';
import { mediaTable } from '../../lambda/media/files-table.ts';
import { mediaLinks } from '../../lambda/media/links.ts';
import { messageFinder } from '../../lambda/people/message-finder.ts';
import { type AnswerDeps, answer } from '../../lambda/reading/answer.ts';
import { API_ROUTES } from '../../lambda/reading/routes.ts';
import type { LogFields } from '../../lambda/shared/aws/telemetry.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { tableReader } from '../../lambda/table/reader-table.ts';
import { startEventTable } from './event-table-emulator.ts';
import { aRequest } from './fake-ingest.ts';
import { CHANNEL, splitMeta, splitWasender } from './webhooks.ts';

const RETENTION_DAYS = 30;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

export type StoredConversation = Awaited<ReturnType<typeof startConversation>>;

/** A conversation for the tests that follow, empty before each of them. */
export async function aConversation(startMs: number): Promise<StoredConversation> {
  const conversation = await startConversation(startMs);
  afterAll(() => conversation[Symbol.asyncDispose]());
  beforeEach(() => conversation.clear());
  return conversation;
}

/** The read API over a table in memory, which the processor's own writes fill. */
async function startConversation(startMs: number) {
  const emulator = await startEventTable();
  const { dynamodb, read, tableName } = emulator;
  const clock = { now: startMs };
  const now = () => clock.now;
  const overflow = new Map<string, string>();
  const logged: { message: string; fields: LogFields }[] = [];
  let sequence = 0;

  const reader = tableReader(read, tableName, now);
  const deps: AnswerDeps = {
    ...keptTenancy(dynamodb, tableName, now),
    table: reader,
    findMessage: messageFinder(reader, now),
    readPayload: async (key) => overflow.get(key),
    linkMedia: mediaLinks(
      async ({ key }, expirySeconds) => `https://s3/${key}?for=${expirySeconds}`,
      {
        ...{ keep: 'all', maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' },
        channels: { shop: { urlExpiryMinutes: 5 } },
      },
      now,
    ),
    now,
    error: (message, fields) => void logged.push({ message, fields }),
  };

  /** Stores events one after the other, each by a function that has just started. */
  async function store(...events: readonly QueuedEvent[]) {
    const table = eventTable(dynamodb, { tableName, retentionDays: RETENTION_DAYS, now });
    for (const event of events) {
      sequence += 1;
      await table(event, String(sequence), new AbortController().signal);
    }
  }

  async function get(request: Partial<HttpRequest>, others: Partial<AnswerDeps> = {}) {
    const result = await answer(aRequest(request), { ...deps, ...others });
    const text = result.body ?? '';
    return { status: result.statusCode ?? 0, text, body: JSON.parse(text) as unknown };
  }

  return {
    emulator,
    clock,
    overflow,
    logged,
    deps,
    /** The rows of files, as the media function writes them. */
    media: mediaTable(dynamodb, tableName, now),
    store,
    get,
    split: splitMeta,
    meta: (body: string, receivedAt?: number) => store(...splitMeta(body, receivedAt)),
    wasender: (body: string, session?: string) => store(...splitWasender(body, session)),
    timeline: (contact: string, query: Record<string, string> = {}, channel = CHANNEL) =>
      get({ routeKey: API_ROUTES.timeline, path: { channel, contact }, query }),
    contact: (contact: string, channel = CHANNEL) =>
      get({ routeKey: API_ROUTES.contact, path: { channel, contact } }),
    message: (wamid: string, channel = CHANNEL) =>
      get({ routeKey: API_ROUTES.message, path: { channel, wamid } }),
    mediaOf: (contact: string, wamid: string, channel = CHANNEL) =>
      get({ routeKey: API_ROUTES.media, path: { channel, contact, wamid } }),
    clear: async () => {
      await emulator.clear();
      overflow.clear();
      logged.length = 0;
      clock.now = startMs;
    },
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
