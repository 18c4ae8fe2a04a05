import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import { awsJson, type CallAws, DYNAMODB } from '../../lambda/shared/aws/json-protocol.ts';
import { ATTRIBUTES } from '../../lambda/table/keys.ts';
import type { LocalStack, LocalStackOptions } from '../../local/stack.ts';
import { type ExpectedEvent, expectedEvents } from '../../local/traffic/expected.ts';
import { findStored } from '../../local/traffic/find-stored.ts';
import { openHttpClient } from '../../local/traffic/http-client.ts';
import { type PostedWebhook, postWebhooks } from '../../local/traffic/post-webhooks.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import type { Webhook } from '../../local/traffic/traffic.ts';
import { awsService } from './aws-service.ts';
import { aLocalStack } from './local-stack.ts';

type Row = Readonly<Record<string, AttributeValue>>;

/** The whole path, from a provider's request to the table and back through `/v1`. */
export interface Pipeline {
  readonly stack: LocalStack;
  /** Posts a webhook of Meta's, signed as it would be. */
  readonly post: (body: string, headers?: Record<string, string>) => Promise<Response>;
  /** Posts webhooks side by side, trying again what is not taken. */
  readonly postAll: (webhooks: readonly Webhook[]) => Promise<PostedWebhook[]>;
  /** Waits until the inbox is empty. */
  readonly settle: () => Promise<void>;
  readonly rows: () => Promise<Row[]>;
  /** As the functions call it, with the rights of everybody. */
  readonly dynamodb: CallAws;
  readonly find: (events: readonly ExpectedEvent[]) => Promise<ExpectedEvent[]>;
  /** An answer of `/v1`. */
  readonly read: (path: string) => Promise<Response>;
}

const SECRETS = { meta: 'local-app-secret', wasender: 'local-wasender-secret' };
const PATIENCE_MS = 60_000;

export async function aPipeline(options: Partial<LocalStackOptions> = {}): Promise<Pipeline> {
  const stack = await aLocalStack(options);
  const target = { baseUrl: stack.url, secrets: SECRETS, pathToken: 'local' };
  const client = new DynamoDBClient({
    endpoint: stack.aws.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());

  return {
    stack,
    post: (body, headers = {}) => {
      const signed = signRequest({ provider: 'meta', body }, target);
      return fetch(signed.url, {
        method: 'POST',
        body: signed.body,
        headers: { ...signed.headers, ...headers },
      });
    },
    postAll: async (webhooks) => {
      const http = openHttpClient(stack.url, 16);
      const requests = webhooks.map((webhook) => signRequest(webhook, target));
      const posted = await postWebhooks(requests, { rate: 'max', connections: 16 }, http);
      http.close();
      return posted;
    },
    settle: async () => {
      const started = Date.now();
      while (waiting(stack) > 0) {
        if (Date.now() - started > PATIENCE_MS) throw new Error('the inbox does not empty');
        await sleep(20);
      }
    },
    rows: async () => {
      const rows: Row[] = [];
      for await (const page of paginateScan({ client }, { TableName: stack.table })) {
        rows.push(...(page.Items ?? []).filter((row) => !(ATTRIBUTES.claimId in row)));
      }
      return rows;
    },
    dynamodb: awsJson(awsService('dynamodb', stack.aws.dynamodb), DYNAMODB, {
      attempts: 1,
      timeoutMs: 10_000,
    }),
    find: (events) => findStored(client, stack.table, events),
    read: (path) => fetch(`${stack.url}${path}`),
  };
}

function waiting({ queue, clock }: LocalStack): number {
  const { visible, inFlight } = queue('inbox').counts(clock.now());
  return visible + inFlight;
}

/** Each event once, whatever number of webhooks it comes in. */
export function distinctEvents(webhooks: readonly Webhook[]): ExpectedEvent[] {
  const events = webhooks.flatMap((webhook) => expectedEvents(webhook, 'local'));
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

/** A row without what differs from one storing to the next. */
export function lasting({ expiresAt: _, receivedAt: __, at: ___, ...row }: Row): Row {
  const isOfReceipt = ([name]: readonly [string, unknown]) => name.startsWith('received.');
  return Object.fromEntries(Object.entries(row).filter((one) => !isOfReceipt(one)));
}
