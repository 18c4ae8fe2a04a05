import { PRICES } from '../bin/floodgate/prices.ts';
import { type FunctionUse, GB, gbSecondDollars, MILLION } from './cost-model.ts';

/** What sending takes in things that AWS counts, all of it measured. */
export interface SendingInput {
  /** That go out in one invocation of the sender. */
  readonly messagesPerSlice: number;
  /** The function that takes a request. */
  readonly request: FunctionUse;
  /** Of a request: the channel, how long its lane is behind, and whether the window is open. */
  readonly requestReadUnits: number;
  /** Of a message, from its request to its record. */
  readonly writeUnits: number;
  /** The function that works at a lane. It waits for most of its time. */
  readonly slice: FunctionUse;
  /** Of a slice: what waits, the channel, and what each message says. */
  readonly sliceReadUnits: number;
  /** As CloudWatch counts them. */
  readonly logBytesPerRequest: number;
  readonly logBytesPerSlice: number;
  /** What Meta is sent for a message, encryption included. */
  readonly bytesPerMessage: number;
}

/** Dollars for a million messages from the request to what the provider answered. */
export function sendingParts(input: SendingInput) {
  const slices = MILLION / input.messagesPerSlice;
  const logBytes = MILLION * input.logBytesPerRequest + slices * input.logBytesPerSlice;
  return {
    'HTTP API requests': MILLION * PRICES.httpRequest.dollars,
    'messages: invocations': MILLION * PRICES.lambdaRequest.dollars,
    'messages: GB-seconds': MILLION * gbSecondDollars(input.request),
    'DynamoDB: reads of a request': MILLION * input.requestReadUnits * PRICES.readUnit.dollars,
    'DynamoDB: writes': MILLION * input.writeUnits * PRICES.writeUnit.dollars,
    'SQS: SendMessage': MILLION * PRICES.sqsRequest.dollars,
    'SQS: ReceiveMessage': slices * PRICES.sqsRequest.dollars,
    'SQS: DeleteMessage': slices * PRICES.sqsRequest.dollars,
    'sender: invocations': slices * PRICES.lambdaRequest.dollars,
    'sender: GB-seconds': slices * gbSecondDollars(input.slice),
    'DynamoDB: reads of a lane': slices * input.sliceReadUnits * PRICES.readUnit.dollars,
    'CloudWatch: log bytes': (logBytes / GB) * PRICES.logGb.dollars,
    'bytes out of AWS': ((MILLION * input.bytesPerMessage) / GB) * PRICES.transferGb.dollars,
  };
}
