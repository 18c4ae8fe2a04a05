import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { localQueues } from '../../support/local-queues.ts';

runsInLambda();

const { signal } = new AbortController();

/** CloudFormation, which hears what became of it. */
async function aStack() {
  const told: { Status: string; PhysicalResourceId: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      told.push(JSON.parse(body));
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const eventOf = (RequestType: 'Create' | 'Delete'): CloudFormationCustomResourceEvent =>
    Object.assign(Object.create(null), {
      ...{ RequestType, StackId: 'stack', RequestId: '1', LogicalResourceId: 'Removed' },
      ResponseURL: `http://127.0.0.1:${port}/answer`,
    });
  return { told, eventOf };
}

test.for(['Create', 'Delete'] as const)(
  'with the stack the queues of subscribers go, and not before: %s',
  async (type) => {
    const { queues, mappings, names, environment } = await localQueues();
    await queues.create('sub_a', signal);
    await mappings.create(names.arn('sub_a'), { isOn: true, functions: 2 }, signal);
    const isChanging = async () => (await mappings.list(signal))[0]?.isChanging;
    await expect.poll(isChanging).toBe(false);
    const { told, eventOf } = await aStack();
    const { handler } = await startedIn(
      environment,
      () => import('../../../lambda/delivery/remover/handler.ts'),
    );

    await handler(eventOf(type), contextWith(60_000));

    expect(told).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: names.prefix }]);
    expect(await queues.list(signal)).toEqual(type === 'Delete' ? [] : ['sub_a']);
  },
);
