import { jsonProtocol } from './json-protocol.ts';
import { type FaultHook, faultyServer, type LoopbackServer, listen } from './loopback-server.ts';
import type { QueueHost } from './queue-host.ts';
import { messageActions } from './sqs-messages.ts';
import { queueActions } from './sqs-queues.ts';

/** Serves the queues to the AWS SDKs and the `aws` command. */
export async function serveSqs(queues: QueueHost, faults: FaultHook): Promise<LoopbackServer> {
  const actions = { ...messageActions(queues), ...queueActions(queues) };
  const server = await listen(faultyServer(jsonProtocol('1.0', actions), faults));
  queues.endpoint = server.url;
  return server;
}
