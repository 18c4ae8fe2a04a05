import { stderr } from 'node:process';
import { expect, test } from 'vitest';
import { readDeadLetter } from '../../bin/floodgate/dlq/dead-letter.ts';
import { drawLetter } from '../../bin/floodgate/dlq/draw.ts';
import { wordsOf } from '../../bin/floodgate/forget/archive-traces.ts';
import { eventLine } from '../../bin/floodgate/listen/event-line.ts';
import { drawColumns } from '../../bin/floodgate/terminal/columns.ts';
import { toRequest } from '../../lambda/answers/api-gateway.ts';
import { readCursor } from '../../lambda/answers/cursor.ts';
import {
  contactParameters,
  messageParameters,
  timelineParameters,
  unknownNames,
} from '../../lambda/answers/parameters.ts';
import { readBody } from '../../lambda/answers/read-body.ts';
import { readArchiveLine } from '../../lambda/archive/line.ts';
import { readDelivery, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { isLoopbackAddress, isPublicAddress } from '../../lambda/delivery/public-address.ts';
import { deliveryRequest } from '../../lambda/delivery/request.ts';
import { retryAfterSeconds } from '../../lambda/delivery/retry.ts';
import { deliveriesParameters } from '../../lambda/delivery/subscribers/deliveries-parameters.ts';
import { endpointFaults } from '../../lambda/delivery/subscribers/endpoint-faults.ts';
import { subscriberInput } from '../../lambda/delivery/subscribers/schemas.ts';
import { readEnvelope, writeEnvelope } from '../../lambda/events/envelope.ts';
import { eventId } from '../../lambda/events/event.ts';
import { messageIds } from '../../lambda/events/message-identity.ts';
import { kindOfName } from '../../lambda/events/name-eras.ts';
import { otherWamids } from '../../lambda/events/wamid.ts';
import { readForgetting } from '../../lambda/forgetting/forgetting.ts';
import { isProviderUrl } from '../../lambda/media/host.ts';
import { readGraphAnswer, readWasenderAnswer, retryAfterOf } from '../../lambda/media/location.ts';
import { contactNameOf } from '../../lambda/providers/contact-name.ts';
import { mediaOf, plainMimeType, sha256Of } from '../../lambda/providers/media-file.ts';
import { checkSharedSecret, checkSignature } from '../../lambda/providers/signature.ts';
import { messageType } from '../../lambda/providers/wasender/content.ts';
import { namesOfJid } from '../../lambda/providers/wasender/jid.ts';
import { messageText, preferenceOf, profileOf } from '../../lambda/providers/webhook-content.ts';
import { refusal } from '../../lambda/shared/aws/request.ts';
import { toQueuedMessages } from '../../lambda/shared/aws/sqs-event.ts';
import { millisOf, phoneOf } from '../../lambda/shared/json/fields.ts';
import { readJsonSource } from '../../lambda/shared/json/json-source.ts';
import { parseMoment } from '../../lambda/shared/json/moment.ts';
import { excerptOf, redacted } from '../../lambda/shared/json/redacted.ts';
import { inCharactersOfSqs } from '../../lambda/shared/queue/body.ts';
import { eventOfPayload } from '../../lambda/table/stored-event.ts';
import { routeTable } from '../../local/http/routes.ts';
import { createOutput } from '../../local/output.ts';
import { aDelivery, routed } from '../support/deliveries.ts';
import {
  aMessage,
  aStatus,
  metaWebhook,
  only,
  RECEIVED_AT,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';
import { growth, textsOf, tooMuch } from './growth.ts';
import { anEvent } from './hostile-requests.ts';
import { SHAPES } from './hostile-texts.ts';
import { inTurns, ordinary } from './runs.ts';

const RULES = { allowsLoopback: true };
const SENDING = { secrets: { current: 'whsec_AAAA', previous: 'whsec_BBBB' }, atMs: RECEIVED_AT };
const INPUT = { name: 'x', endpoint: { kind: 'https', url: 'https://shop.example' } };
const readInput = (input: object) =>
  readBody(Buffer.from(JSON.stringify(input)), subscriberInput, () => []);
const match = routeTable([{ key: 'GET /v1/{contact}' }, { key: 'GET /v1/all/{rest+}' }]);
const output = createOutput({ write: () => undefined, verbose: true, colours: true });

const aText = (body: string) => metaWebhook({ messages: [aMessage({ text: { body } })] });
const aWasenderText = (conversation: string) =>
  wasenderWebhook('messages.upsert', {
    messages: [{ key: { id: '1', remoteJid: '521@s.whatsapp.net' }, message: { conversation } }],
  });
const { payloadKey: _, ...facts } = routed(only(splitMeta(aText(''))));
const stored = (payload: string) => ({ ...facts, payload });
const delivered = (format: 'provider' | 'standard', payload: string) =>
  deliveryRequest(aDelivery({ event: stored(payload) }), payload, format, SENDING);

/** What each function of the product that meets a stranger's text is given it by. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  // Ingest.
  'a body as it arrives': (text) => toRequest(anEvent({ body: text, isBase64Encoded: false })),
  'a body in base64': (text) => toRequest(anEvent({ body: text, isBase64Encoded: true })),
  'the header of a signature': (text) => checkSignature(Buffer.from(text), `sha256=${text}`, ['a']),
  'the header of a shared secret': (text) => checkSharedSecret(text, ['a', 'b']),
  'a body that is to be JSON': readJsonSource,
  'a text in a webhook of Meta': (text) => splitMeta(aText(text)),
  'a status of Meta': (text) =>
    splitMeta(metaWebhook({ statuses: [aStatus({ status: text, errors: [{ title: text }] })] })),
  'a text in a webhook of WasenderApi': (text) => splitWasender(aWasenderText(text)),
  'a name of an event of WasenderApi': (text) => splitWasender(wasenderWebhook(text || 'x', {})),
  'a member of a message of WasenderApi': (text) => messageType({ [`${text}Message`]: {} }),
  'an address of WhatsApp': namesOfJid,
  'a phone number': (text) => phoneOf({ a: text.slice(0, 512) }, 'a'),
  'a time of a webhook': (text) => millisOf({ a: text.slice(0, 512) }, 'a'),
  'a name of a contact': (text) => [kindOfName(text), contactNameOf(text)],
  'a wamid': (text) => [
    messageIds('1', text, text),
    otherWamids(`wamid.${text}`, ['521'], 'either'),
  ],
  'what an event is made of': (text) => eventId('message', [text, text]),
  // Queues, table and archive.
  'a message of the inbox': readEnvelope,
  'an event that is queued': (text) => readEnvelope(writeEnvelope(only(splitMeta(aText(text))))),
  'a batch that is received': (text) => toQueuedMessages({ Records: [{ ...RECORD, body: text }] }),
  'a message of the deliveries queue': readDelivery,
  'an event on its way': (text) => readDelivery(writeDelivery(aDelivery({ event: stored(text) }))),
  'JSON for a queue': inCharactersOfSqs,
  'a payload that was stored': (text) =>
    eventOfPayload({ provider: 'meta', channel: '1', receivedAt: 1 }, text),
  'a line of the archive': readArchiveLine,
  'a row of who is forgotten': (text) => attempt(() => readForgetting(text)),
  'what a webhook says': (text) => {
    const webhook: unknown = JSON.parse(aText(text));
    return [messageText(webhook), profileOf(webhook), preferenceOf(webhook)];
  },
  // Deliveries.
  'a text that is delivered': (text) => delivered('standard', aText(text)),
  'a text that is delivered as the provider sent it': (text) => delivered('provider', aText(text)),
  'an answer of an endpoint': redacted,
  'the beginning of an answer': (text) => excerptOf(Buffer.from(text), false),
  'when an endpoint wants more': (text) => retryAfterSeconds(text, RECEIVED_AT),
  'an address that a name resolves to': (text) => [isPublicAddress(text), isLoopbackAddress(text)],
  // Files.
  'a MIME type': plainMimeType,
  'a parameter of a MIME type': (text) => plainMimeType(`audio/ogg; codecs=${text}`),
  'a hash of a file': sha256Of,
  'a name of a file': (text) =>
    mediaOf(
      'meta',
      JSON.parse(
        metaWebhook({
          messages: [
            aMessage({ type: 'document', document: { id: '1', filename: text, mime_type: text } }),
          ],
        }),
      ),
    ),
  'an answer of Graph': (text) =>
    readGraphAnswer({ ...ANSWER, json: { url: text, mime_type: text, sha256: text } }, 'token'),
  'an answer of WasenderApi': (text) =>
    readWasenderAnswer({ ...ANSWER, json: { publicUrl: text } }),
  'when a provider wants more': retryAfterOf,
  'a URL of a file': (text) => isProviderUrl('meta', `https://${text}`, 'https://a.example'),
  // APIs.
  'a contact in a path': (text) => contactParameters({ channel: '1', contact: text }),
  'a wamid in a path': (text) => messageParameters({ channel: '1', wamid: text }),
  'a query of a timeline': (text) =>
    timelineParameters({ channel: '1', contact: '521' }, { limit: text, cursor: text }),
  'a query nobody knows': (text) => unknownNames({ [text]: text }, ['limit']),
  'a query of deliveries': (text) =>
    deliveriesParameters('sub_1', { failed: text, since: text, limit: text, cursor: text }),
  'a cursor': (text) => readCursor(`1.${text}`, '1', '521'),
  'a time in a query': parseMoment,
  'a body of a subscriber': (text) =>
    readBody(Buffer.from(text), subscriberInput, (json) => endpointFaults(json, RULES)),
  'a URL of a subscriber': (text) =>
    endpointFaults({ endpoint: { url: `https://${text}`, queueUrl: text } }, RULES),
  'a name of a subscriber': (text) => readInput({ ...INPUT, name: text }),
  'a filter of a subscriber': (text) => readInput({ ...INPUT, filter: { types: [text] } }),
  'a member nobody knows': (text) => readInput({ ...INPUT, [text]: 1 }),
  'an error of a service': (text) => refusal('s3', 400, text),
  // What people see.
  'a line of `listen`': (text) => eventLine(waiting(text), TAKEN, true, stderr),
  'an event in a line of `listen`': (text) =>
    eventLine(
      waiting(JSON.stringify({ type: text, data: { channel: text } })),
      TAKEN,
      true,
      stderr,
    ),
  'a table': (text) => drawColumns(['a', 'b'], [[text, 'x']], stderr),
  'a dead letter': (text) =>
    drawLetter(
      { letter: readDeadLetter('q', { Body: text }), behind: 0, isMoreBehind: false },
      true,
    ),
  'a name of who is to be forgotten': (name) => wordsOf({ channel: '1', name }),
  'a line of a function': (text) => output.functionLine('Ingest', text),
  'a path of the local stack': (text) => match('GET', `/v1/all/${text.replaceAll('%', '')}`),
};

const RECORD = {
  ...{ messageId: '1', receiptHandle: '1', body: '', md5OfBody: '', eventSource: 'aws:sqs' },
  ...{ eventSourceARN: 'arn:aws:sqs:us-east-1:1:a.fifo', awsRegion: 'us-east-1' },
  attributes: {
    ...{ ApproximateReceiveCount: '1', SentTimestamp: '1', SenderId: '1' },
    ...{ ApproximateFirstReceiveTimestamp: '1', SequenceNumber: '1', MessageGroupId: 'a' },
  },
  messageAttributes: {},
};
const ANSWER = { status: 200, retryAfter: undefined };
const TAKEN = { kind: 'taken', status: 200, ms: 1 } as const;

function waiting(body: string) {
  return {
    messageId: '1',
    receiptHandle: '1',
    receiveCount: 1,
    headers: {},
    body,
    group: 'a',
    heldUntil: 0,
  };
}

/** Throws for what is no such text, after it has read it. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Whole functions take longer than patterns: of the shapes, one of each kind. */
const UNITS = ['@', '0', ' ', '\\', '"a",', '\ud83d', '\u001b];a'];
const KINDS = [...UNITS.map((unit) => `${JSON.stringify(unit)} again and again`), 'lists in lists'];

const shapes = ordinary(Object.entries(SHAPES).filter(([name]) => KINDS.includes(name)));

test.each(
  shapes.map(([name, shape], n) => [name, shape, inTurns(n, Object.entries(READERS))] as const),
)(
  'whatever meets a text of outside takes time by its length: %s',
  { timeout: 300_000 },
  (_, shape, readers) => {
    const texts = textsOf(shape);
    expect(readers.flatMap(([name, read]) => tooMuch(name, growth(read, texts)))).toEqual([]);
  },
);
