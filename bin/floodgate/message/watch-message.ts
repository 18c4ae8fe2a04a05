import { setTimeout as sleep } from 'node:timers/promises';
import { messageAnswer, type OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { UnavailableError } from '../terminal/command.ts';

export function messagePath(channel: string, id: string): string {
  return `/v1/channels/${encodeURIComponent(channel)}/messages/${encodeURIComponent(id)}`;
}

/** A message that was sent from here, by our id or by WhatsApp's. */
export async function readMessage(
  api: ApiClient,
  channel: string,
  id: string,
): Promise<OutgoingAnswer> {
  const { outgoing } = await api.call(
    { method: 'GET', path: messagePath(channel, id) },
    messageAnswer,
  );
  if (outgoing !== null) return outgoing;
  throw new UnavailableError(`the message ${id} was not sent from here`);
}

/** After these nothing more comes. */
const LAST: ReadonlySet<OutgoingAnswer['state']> = new Set([
  ...(['read', 'failed', 'cancelled', 'expired'] as const),
]);

const PATIENCE_MS = 300_000;
const ASK_EVERY_MS = 500;

/**
 * Follows a message until it is read, or will not be. Resolves with how it is then, or after five minutes.
 *
 * @param show is called for each state that it gets into
 */
export async function watchMessage(
  api: ApiClient,
  first: OutgoingAnswer,
  show: (message: OutgoingAnswer) => void,
): Promise<OutgoingAnswer> {
  const until = Date.now() + PATIENCE_MS;
  let last = first;
  show(last);
  while (!LAST.has(last.state) && Date.now() < until) {
    await sleep(ASK_EVERY_MS);
    const next = await readMessage(api, first.channel, first.id);
    if (next.state !== last.state) show(next);
    last = next;
  }
  return last;
}
