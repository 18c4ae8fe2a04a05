import { inCharactersOfSqs } from '../shared/queue/body.ts';
import { type Delivery, webhookId } from './delivery.ts';
import { providerHeaders, standardHeaders } from './signature.ts';
import type { SigningSecrets } from './signing-secrets.ts';
import { type StandardParts, standardBody } from './standard-event.ts';
import type { Subscriber } from './subscriber.ts';

/** What is posted to an endpoint, or sent to a queue with the headers as attributes. */
export interface DeliveryRequest {
  readonly body: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is known of a delivery when it goes out, and not before. */
interface Sending extends Omit<StandardParts, 'payload'> {
  readonly secrets: SigningSecrets;
  readonly atMs: number;
}

/**
 * A delivery in the subscriber's format, signed. Undefined where only the payload would do, and it
 * is no longer kept, or there is no room for it.
 */
export function deliveryRequest(
  delivery: Delivery,
  payload: string | undefined,
  format: Subscriber['format'],
  { secrets, atMs, ...parts }: Sending,
): DeliveryRequest | undefined {
  const id = webhookId(delivery);
  const replay = delivery.replayId === undefined ? {} : { 'floodgate-replay': delivery.replayId };
  if (format === 'standard') {
    const body = inCharactersOfSqs(standardBody(delivery, { ...parts, payload }));
    return { body, headers: { ...replay, ...standardHeaders({ id, atMs, body }, secrets) } };
  }
  if (payload === undefined || parts.isWhole === false) return undefined;
  const { provider } = delivery.event;
  const body = provider === 'meta' ? inAscii(payload) : inCharactersOfSqs(payload);
  return {
    body,
    headers: { ...replay, ...providerHeaders(provider, { id, atMs, body }, secrets) },
  };
}

/** As Meta writes JSON: some receivers bring what they got into this form before they verify it. */
function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
