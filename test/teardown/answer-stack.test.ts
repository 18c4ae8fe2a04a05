import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResponse,
} from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { answerStack } from '../../lambda/teardown/answer-stack.ts';
import { EMPTIED_TAG, emptyBucket } from '../../lambda/teardown/emptier/empty-bucket.ts';
import type { Bucket } from '../../lambda/teardown/emptier/s3-bucket.ts';

const NEVER = new AbortController().signal;
const COMMON = {
  ...{ StackId: 'stack-1', RequestId: 'request-1', LogicalResourceId: 'Emptying1' },
  ...{ ResponseURL: 'https://answers.example/1', ResourceType: 'Custom::EmptiedBucket' },
  ...{ ServiceToken: 'arn', ResourceProperties: { ServiceToken: 'arn', BucketName: 'bucket-1' } },
};

function anEvent(RequestType: 'Create' | 'Update' | 'Delete'): CloudFormationCustomResourceEvent {
  if (RequestType === 'Create') return { ...COMMON, RequestType };
  const PhysicalResourceId = 'bucket-1';
  if (RequestType === 'Delete') return { ...COMMON, RequestType, PhysicalResourceId };
  const OldResourceProperties = COMMON.ResourceProperties;
  return { ...COMMON, RequestType, PhysicalResourceId, OldResourceProperties };
}

/** A bucket with so many objects, of which a page has two. */
function fakes(count: number, others: Partial<Bucket> = {}, signal = NEVER) {
  const keys = Array.from({ length: count }, (_, n) => `events/dt=2026-11-22/${n} + €.gz`);
  const answers: CloudFormationCustomResourceResponse[] = [];
  const bucket: Bucket = {
    tag: async (name) => (name === EMPTIED_TAG ? 'true' : undefined),
    someKeys: async () => keys.slice(0, 2),
    remove: async (given) => void keys.splice(0, given.length),
    ...others,
  };
  const deps = {
    physicalId: 'bucket-1',
    what: 'objects of the bucket are',
    remove: () => emptyBucket(bucket, signal),
    respond: async (_: string, answer: CloudFormationCustomResourceResponse) =>
      void answers.push(answer),
  };
  return { keys, answers, deps };
}

describe('a bucket of a stack that is deleted', () => {
  test('is emptied, and CloudFormation may go on', async () => {
    const { keys, answers, deps } = fakes(5);
    await answerStack(anEvent('Delete'), NEVER, deps);

    expect(keys).toEqual([]);
    expect(answers).toEqual([
      {
        ...{ Status: 'SUCCESS', PhysicalResourceId: 'bucket-1' },
        ...{ StackId: 'stack-1', RequestId: 'request-1', LogicalResourceId: 'Emptying1' },
      },
    ]);
  });

  test('keeps what it has where it is not marked any more: its stack protects it now', async () => {
    const { keys, answers, deps } = fakes(5, { tag: async () => undefined });
    await answerStack(anEvent('Delete'), NEVER, deps);

    expect(keys).toHaveLength(5);
    expect(answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('is not said to be empty where it is not, and no key is told', async () => {
    const denied = Object.assign(new Error('no right to events/1'), { name: 'AccessDenied' });
    const { answers, deps } = fakes(5, { remove: () => Promise.reject(denied) });
    await answerStack(anEvent('Delete'), NEVER, deps);

    expect(answers).toMatchObject([
      {
        Status: 'FAILED',
        Reason: 'objects of the bucket are left: AccessDenied; delete the stack again',
      },
    ]);
  });

  test('is emptied by the next try where it holds more than one run removes', async () => {
    const over = AbortSignal.abort();
    const remove = async (_: readonly string[], signal: AbortSignal) => signal.throwIfAborted();
    const { answers, deps } = fakes(5, { remove }, over);
    await answerStack(anEvent('Delete'), over, deps);

    expect(answers).toMatchObject([{ Status: 'FAILED' }]);
    expect(answers[0]?.Reason).toContain('there is more than one run removes');
  });
});

test.each(['Create', 'Update'] as const)('nothing is removed on %s', async (type) => {
  const { keys, answers, deps } = fakes(5);
  await answerStack(anEvent(type), NEVER, deps);

  expect(keys).toHaveLength(5);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'bucket-1' }]);
});

test('what CloudFormation does not hear is an error, so that Lambda tries again', async () => {
  const respond = () => Promise.reject(new Error('CloudFormation answered 503'));
  await expect(
    answerStack(anEvent('Delete'), NEVER, { ...fakes(1).deps, respond }),
  ).rejects.toThrow('503');
});
