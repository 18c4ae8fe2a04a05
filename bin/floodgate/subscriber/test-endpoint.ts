import { setTimeout as sleep } from 'node:timers/promises';
import { type SubscriberAnswer, testAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { type DeliveryTry, readDeliveries } from '../deliveries/read-deliveries.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { SUBSCRIBERS_PATH } from './find-subscriber.ts';

export interface TestResult {
  readonly eventId: string;
  readonly webhookId: string;
  /** The first try; undefined where none was logged in time. */
  readonly outcome?: DeliveryTry;
}

/** More than the ten seconds that an endpoint has, and the way through the queue. */
const PATIENCE_MS = 20_000;
const ASK_EVERY_MS = 300;
const CLOCKS_MS = 3_600_000;

/** Sends a test event through the whole path, and waits for what becomes of it. */
export async function testEndpoint(api: ApiClient, { id }: SubscriberAnswer): Promise<TestResult> {
  const path = `${SUBSCRIBERS_PATH}/${id}/test`;
  const sent = await api.call({ method: 'POST', path }, testAnswer);
  const until = Date.now() + PATIENCE_MS;
  // The whole log is a hundred partitions to read; clocks differ by less than this.
  const since = new Date(Date.now() - CLOCKS_MS).toISOString();
  while (Date.now() < until) {
    const choice = { isFailedOnly: false, since, limit: 100 };
    const { tries } = await readDeliveries(api, id, choice);
    const outcome = tries.findLast(({ eventId }) => eventId === sent.eventId);
    if (outcome !== undefined) return { ...sent, outcome };
    await sleep(ASK_EVERY_MS);
  }
  return sent;
}
