import { describe, expect, test } from 'vitest';
import { type SendingInput, sendingParts } from '../../bench/sending-model.ts';
import { PRICES } from '../../bin/floodgate/prices.ts';

const input: SendingInput = {
  messagesPerSlice: 1,
  request: { memoryMegabytes: 512, cpuMs: 3, waitMs: 30 },
  requestReadUnits: 3,
  writeUnits: 7,
  slice: { memoryMegabytes: 512, cpuMs: 0, waitMs: 400 },
  sliceReadUnits: 4,
  logBytesPerRequest: 0,
  logBytesPerSlice: 235,
  bytesPerMessage: 1024,
};

describe('what sending costs', () => {
  test('is for each message its request, its writes and its wake, however many go at a time', () => {
    const [one, hundred] = [
      sendingParts(input),
      sendingParts({ ...input, messagesPerSlice: 100, sliceReadUnits: 130 }),
    ];

    for (const part of ['HTTP API requests', 'DynamoDB: writes', 'SQS: SendMessage'] as const)
      expect(hundred[part]).toBe(one[part]);
    expect(one['HTTP API requests']).toBeCloseTo(1);
    expect(one['DynamoDB: writes']).toBeCloseTo(7 * 0.625);
    expect(one['DynamoDB: reads of a request']).toBeCloseTo(3 * 0.125);
  });

  test('is for each slice of a lane its invocation, its time and its reads', () => {
    const [one, hundred] = [sendingParts(input), sendingParts({ ...input, messagesPerSlice: 100 })];

    for (const part of [
      ...(['SQS: ReceiveMessage', 'SQS: DeleteMessage', 'sender: invocations'] as const),
      ...(['sender: GB-seconds', 'DynamoDB: reads of a lane', 'CloudWatch: log bytes'] as const),
    ])
      expect(hundred[part]).toBeCloseTo(one[part] / 100);
    expect(one['sender: GB-seconds']).toBeCloseTo(1e6 * 0.4 * 0.5 * PRICES.lambdaGbSecond.dollars);
  });
});
