import { type Guard, jsonProtocol } from '../aws/json-protocol.ts';
import {
  type FaultHook,
  faultyServer,
  type LoopbackServer,
  listenPreferably,
} from '../loopback-server.ts';
import { authenticator } from '../signature/authenticator.ts';
import { messageActions } from './messages.ts';
import type { QueueHost } from './queue-host.ts';
import { queueActions } from './queues.ts';

/** Serves the queues to the AWS SDKs and the `aws` command. */
export async function serveSqs(
  queues: QueueHost,
  faults: FaultHook,
  guard?: Guard,
  now: () => number = Date.now,
  port = 0,
): Promise<LoopbackServer> {
  const actions = { ...messageActions(queues), ...queueActions(queues) };
  const server = await listenPreferably(
    faultyServer(jsonProtocol('1.0', actions, authenticator('sqs', now), guard), faults),
    port,
  );
  queues.endpoint = server.url;
  return server;
}
