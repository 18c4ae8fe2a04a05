import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const template = aTemplate();
const { OutboxQueue: outbox } = propertiesOf(template, 'AWS::SQS::Queue');

describe('the queue of wakes', () => {
  test('hands a lane to one at a time, and hides it no longer than a sender may take', () => {
    expect(outbox).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 50,
    });
  });

  test('keeps no wake that is of no use, and no dead letters: what waits is in the table', () => {
    expect(outbox.MessageRetentionPeriod).toBe(3600);
    expect(outbox).not.toHaveProperty('RedrivePolicy');
  });
});
