import { PRICES } from '../bin/floodgate/prices.ts';
import { type FunctionUse, GB, gbSecondDollars, MILLION } from './cost-model.ts';

/** What handing events on takes in things that AWS counts, all of it measured. */
export interface HandOnInput {
  /** Changes that the router is given at a time, and deliveries that the deliverer is, on average. */
  readonly meanBatch: number;
  /** As many as there are subscribers. */
  readonly deliveriesPerEvent: number;
  readonly router: FunctionUse;
  readonly deliverer: FunctionUse;
  /** Requests to SQS for one event. */
  readonly sendsPerEvent: number;
  /** Of an invocation, to read who receives. */
  readonly routerReadUnits: number;
  readonly delivererReadUnits: number;
  /** Of an invocation, for the log of deliveries. */
  readonly delivererWriteUnits: number;
  /** Of an invocation, as CloudWatch counts them. */
  readonly logBytesPerBatch: number;
  /** What a delivery sends, encryption included. */
  readonly bytesPerDelivery: number;
}

/** Dollars for a million events from the table's change stream to the answers of the endpoints. */
export function handOnParts(input: HandOnInput) {
  const { router, deliverer } = input;
  const routed = MILLION / input.meanBatch;
  const deliveries = MILLION * input.deliveriesPerEvent;
  const delivered = deliveries / input.meanBatch;
  const reads = routed * input.routerReadUnits + delivered * input.delivererReadUnits;
  return {
    'router: invocations': routed * PRICES.lambdaRequest.dollars,
    'router: GB-seconds': routed * gbSecondDollars(router),
    'SQS: SendMessageBatch': MILLION * input.sendsPerEvent * PRICES.sqsRequest.dollars,
    'SQS: ReceiveMessage': delivered * PRICES.sqsRequest.dollars,
    'SQS: DeleteMessageBatch': delivered * PRICES.sqsRequest.dollars,
    'deliverer: invocations': delivered * PRICES.lambdaRequest.dollars,
    'deliverer: GB-seconds': delivered * gbSecondDollars(deliverer),
    'DynamoDB: reads of subscribers': reads * PRICES.readUnit.dollars,
    'DynamoDB: log of deliveries': delivered * input.delivererWriteUnits * PRICES.writeUnit.dollars,
    'CloudWatch: log bytes': ((delivered * input.logBytesPerBatch) / GB) * PRICES.logGb.dollars,
    'bytes out of AWS': ((deliveries * input.bytesPerDelivery) / GB) * PRICES.transferGb.dollars,
  };
}

/** What one file takes. */
export interface MediaInput {
  /** Of all events. */
  readonly filesPerEvent: number;
  readonly fetcher: FunctionUse;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly puts: number;
  readonly storedBytes: number;
  readonly logBytes: number;
  /** Changes of a row that say what became of its file, and are handed on as events are. */
  readonly newsPerFile: number;
  /** Requests to the provider, which are the bytes that leave AWS. */
  readonly bytesOut: number;
}

/** Dollars of the files that come with a million events. Each is a job and an invocation of its own. */
export function mediaParts(input: MediaInput) {
  const files = MILLION * input.filesPerEvent;
  return {
    'SQS: send, receive, delete': files * 3 * PRICES.sqsFairRequest.dollars,
    'media: invocations': files * PRICES.lambdaRequest.dollars,
    'media: GB-seconds': files * gbSecondDollars(input.fetcher),
    'DynamoDB: reads of row and pace': files * input.readUnits * PRICES.readUnit.dollars,
    'DynamoDB: state of the file': files * input.writeUnits * PRICES.writeUnit.dollars,
    'S3: PutObject': files * input.puts * PRICES.s3Put.dollars,
    'CloudWatch: log bytes': ((files * input.logBytes) / GB) * PRICES.logGb.dollars,
    'bytes out of AWS': ((files * input.bytesOut) / GB) * PRICES.transferGb.dollars,
  };
}

/** Dollars to keep the files for a month. */
export function keptFiles({ filesPerEvent, storedBytes }: MediaInput): number {
  return ((MILLION * filesPerEvent * storedBytes) / GB) * PRICES.s3GbMonth.dollars;
}
