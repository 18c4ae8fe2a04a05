import { answeredBy, deliveredReply, type FindMessage } from '../../content/replied-message.ts';
import type { ReplyTo } from '../../content/schema.ts';
import type { LinkMedia } from '../../media/links.ts';
import { AwsRequestError } from '../../shared/aws/request.ts';
import { eventOfPayload } from '../../table/stored-event.ts';
import { type Delivery, deliveryDeduplicationId, deliveryGroup } from '../delivery.ts';
import { EndpointError, type PostToEndpoint } from '../https-endpoint.ts';
import { type DeliveryRequest, deliveryRequest } from '../request.ts';
import { type EndpointFault, retryAfterSeconds } from '../retry.ts';
import type { SigningSecrets } from '../signing-secrets.ts';
import type { SendToQueue } from '../sqs-endpoint.ts';
import type { Subscriber } from '../subscriber.ts';

export interface AttemptDeps {
  /** A payload too big for a message; undefined where it is no longer kept. */
  readonly readPayload: (key: string) => Promise<string | undefined>;
  /** Makes a URL for a file that a delivery tells to be stored. */
  readonly linkMedia: LinkMedia;
  /** Looks for the message that an event answers. Within a time of its own, and never rejects. */
  readonly findMessage: FindMessage;
  readonly post: PostToEndpoint;
  readonly send: SendToQueue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly status?: number }
  /** The endpoint wants no more deliveries, ever. */
  | { readonly kind: 'gone'; readonly status: number }
  /** `fault` says why in a fixed word: `http-500`, `timeout`, `AccessDenied`. */
  | ({
      readonly kind: 'failed';
      readonly fault: string;
      readonly excerpt: string;
    } & EndpointFault)
  /** Nothing was tried: the subscriber does not want it any more. */
  | { readonly kind: 'unwanted' }
  /** It can never be delivered in this format. */
  | { readonly kind: 'undeliverable'; readonly fault: 'payload-gone' | 'too-large' };

/** What SQS takes of body and attributes together. */
const MAX_QUEUE_BYTES = 1024 * 1024;

const GONE = 410;

interface Cleared {
  /** As it is at the moment of the post. */
  readonly subscriber: Subscriber;
  readonly secrets: SigningSecrets;
}

/**
 * Resolves at the moment of the post, before which nothing more may be waited for; with undefined where the
 * subscriber does not want it any more. Rejects where nothing may go out.
 */
export type Clearance = () => Promise<Cleared | undefined>;

export interface Recipient {
  /** As it was a moment ago: what only that format tells is looked for. */
  readonly format: Subscriber['format'];
  readonly clearance: Clearance;
}

/** Tries once. Rejects where Floodgate itself was not able to: then the endpoint is not to blame. */
export async function attemptDelivery(
  delivery: Delivery,
  { format: expected, clearance }: Recipient,
  signal: AbortSignal,
  deps: AttemptDeps,
): Promise<AttemptOutcome> {
  const { event } = delivery;
  const [payload, link] = await Promise.all([
    event.payload ?? deps.readPayload(event.payloadKey),
    event.media?.state === 'stored' ? deps.linkMedia(event.channel, event.media) : undefined,
  ]);
  const replyTo = expected === 'standard' ? await findReplied(event, payload, deps) : undefined;
  const cleared = await clearance();
  if (cleared === undefined) return { kind: 'unwanted' };
  const { subscriber, secrets } = cleared;
  const { format, endpoint } = subscriber;
  const sending = { secrets, atMs: deps.now(), link, replyTo };
  const request = deliveryRequest(delivery, payload, format, sending);
  if (request === undefined) return { kind: 'undeliverable', fault: 'payload-gone' };
  if (endpoint.kind === 'https') return post(endpoint.url, request, deps);
  const lighter = [
    () => request,
    () => deliveryRequest(delivery, payload, format, { ...sending, isWhole: false }),
    () => deliveryRequest(delivery, undefined, format, sending),
  ];
  for (const make of lighter) {
    const fitting = make();
    if (fitting !== undefined && bytesOf(fitting) <= MAX_QUEUE_BYTES) {
      return send(endpoint.queueUrl, fitting, delivery, subscriber, signal, deps);
    }
  }
  return { kind: 'undeliverable', fault: 'too-large' };
}

/** What is stored of the message that an event answers; undefined where it answers none. */
async function findReplied(
  event: Delivery['event'],
  payload: string | undefined,
  { findMessage }: AttemptDeps,
): Promise<ReplyTo | undefined> {
  const wamid = payload === undefined ? undefined : answeredBy(event, payload);
  if (payload === undefined || wamid === undefined) return undefined;
  const contact = eventOfPayload(event, payload)?.contact ?? {};
  return deliveredReply(wamid, await findMessage(event.channel, wamid, contact));
}

async function post(
  url: string,
  request: DeliveryRequest,
  deps: AttemptDeps,
): Promise<AttemptOutcome> {
  try {
    const { status, excerpt, retryAfter } = await deps.post(url, request);
    if (status >= 200 && status < 300) return { kind: 'delivered', status };
    if (status === GONE) return { kind: 'gone', status };
    const seconds = retryAfterSeconds(retryAfter, deps.now());
    const told = { status, excerpt, retryAfterSeconds: seconds, isAnswered: status < 500 };
    return { kind: 'failed', fault: `http-${status}`, ...told };
  } catch (error) {
    if (error instanceof EndpointError) return failure(error.fault);
    throw error;
  }
}

async function send(
  queueUrl: string,
  request: DeliveryRequest,
  delivery: Delivery,
  { isOrdered }: Subscriber,
  signal: AbortSignal,
  deps: AttemptDeps,
): Promise<AttemptOutcome> {
  const place = {
    group: deliveryGroup(delivery, isOrdered),
    deduplicationId: deliveryDeduplicationId(delivery),
  };
  try {
    await deps.send(queueUrl, request, place, signal);
    return { kind: 'delivered' };
  } catch (error) {
    if (error instanceof AwsRequestError) return failure(error.name);
    throw error;
  }
}

function failure(fault: string): AttemptOutcome {
  return { kind: 'failed', fault, excerpt: '', retryAfterSeconds: 0, isAnswered: false };
}

function bytesOf({ body, headers }: DeliveryRequest): number {
  const attributes = Object.entries(headers).map(([name, value]) => `${name}String${value}`);
  return Buffer.byteLength(body) + Buffer.byteLength(attributes.join(''));
}
