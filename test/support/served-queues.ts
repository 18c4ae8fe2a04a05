import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import type { FaultHook } from '../../local/loopback-server.ts';
import { serveSqs } from '../../local/sqs/endpoint.ts';
import { QueueHost } from '../../local/sqs/queue-host.ts';

/** Queues of the local stack behind their endpoint, and the SDK's client of it. */
export async function servedQueues(faults: FaultHook = () => undefined) {
  const queues = new QueueHost();
  const server = await serveSqs(queues, faults, undefined, queues.clock.now);
  const client = new SQSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { queues, client };
}
