import { PRICES } from '../prices.ts';
import type { ArchiveObject } from './archived-events.ts';

/** What a replay makes AWS count. */
export interface ReplayUse {
  readonly days: number;
  readonly objects: readonly Pick<ArchiveObject, 'bytes' | 'storageClass'>[];
  /** Of DynamoDB, for reading. */
  readonly readUnits: number;
  readonly deliveries: number;
  readonly deliveredBytes: number;
  /** Whether it goes by the queues of subscribers. */
  readonly isQueued: boolean;
}

const GB = 1024 ** 3;
const KEYS_OF_A_LIST = 1000;
const BATCH = 10;
/** SQS counts a request for each. */
const SQS_UNIT_BYTES = 64 * 1024;

/** What nobody knows before: how long endpoints take to answer. */
const ASSUMED = { delivererGb: 0.5, answerSeconds: 0.3 };

/** Dollars by part, by the list prices of `prices.ts`. */
export function replayDollars(use: ReplayUse): Readonly<Record<string, number>> {
  return { ...readingDollars(use), ...(use.isQueued && deliveringDollars(use)) };
}

function readingDollars({ days, objects, readUnits }: ReplayUse) {
  const lists = days + objects.length / KEYS_OF_A_LIST;
  const bytes = sumBytes(objects);
  const coldBytes = sumBytes(objects.filter(({ storageClass }) => storageClass !== 'STANDARD'));
  return {
    'S3: lists': lists * PRICES.s3List.dollars,
    'S3: objects read': objects.length * PRICES.s3Get.dollars,
    'S3: read from colder classes': (coldBytes / GB) * PRICES.s3ColdGb.dollars,
    'out of AWS, unless this runs there': (bytes / GB) * PRICES.transferGb.dollars,
    'DynamoDB: table read': readUnits * PRICES.readUnit.dollars,
  };
}

function deliveringDollars({ deliveries, deliveredBytes }: ReplayUse) {
  const batches = deliveries / BATCH;
  const carried = Math.max(batches, deliveredBytes / SQS_UNIT_BYTES);
  const gbSeconds = deliveries * ASSUMED.answerSeconds * ASSUMED.delivererGb;
  return {
    'SQS: sent, received, deleted': (2 * carried + batches) * PRICES.sqsRequest.dollars,
    'deliverer: invocations': batches * PRICES.lambdaRequest.dollars,
    'deliverer: GB-seconds, at 300 ms an answer': gbSeconds * PRICES.lambdaGbSecond.dollars,
    'DynamoDB: log of deliveries': batches * PRICES.writeUnit.dollars,
  };
}

function sumBytes(objects: ReplayUse['objects']): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}
