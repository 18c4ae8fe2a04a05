import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { nearBytes, nearJson } from './hostile-json.ts';
import { META_SHAPES, WASENDER_SHAPES } from './webhook-shapes.ts';

/** What the ingest function is told by Secrets Manager. */
export const SECRETS = {
  appSecrets: ['hostile-app-secret', 'hostile-previous-secret'],
  verifyToken: ['hostile-verify-token', 'hostile-earlier-token'],
  sessions: [
    { session: 'other', token: 'hostile-other-path', secrets: ['hostile-other-secret'] },
    { session: 'shop', token: 'hostile-path', secrets: ['hostile-shared', 'hostile-earlier'] },
  ],
} as const;

/** The largest request that Lambda is handed: 6 MB as JSON, so that of plain text less arrives. */
const MAX_BODY_BYTES = 5_900_000;

export interface HostileRequest {
  readonly event: APIGatewayProxyEventV2;
  /** Whether it proves the sender, by a reading of the specification of its own. */
  readonly isProven: boolean;
}

export function anEvent(overrides: object): APIGatewayProxyEventV2 {
  return Object.assign(Object.create(null), { headers: {}, isBase64Encoded: false, ...overrides });
}

/** How the bytes of a body come in an event; some lie. */
const anEncoding = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(asText, asBase64) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      (bytes: Buffer) => ({ body: bytes.toString('utf8'), isBase64Encoded: true }),
      (bytes: Buffer) => ({ body: bytes.toString('base64'), isBase64Encoded: false }),
      (bytes: Buffer) => ({ body: bytes.toString('base64url'), isBase64Encoded: true }),
      (bytes: Buffer) => ({ body: ` ${bytes.toString('base64')}\n=*`, isBase64Encoded: true }),
      (bytes: Buffer) => ({ body: bytes.toString('latin1'), isBase64Encoded: false }),
      () => ({ isBase64Encoded: true }),
      () => ({}),
    ),
  },
);

function asText(bytes: Buffer): object {
  return { body: bytes.toString('utf8'), isBase64Encoded: false };
}

function asBase64(bytes: Buffer): object {
  return { body: bytes.toString('base64'), isBase64Encoded: true };
}

function bytesOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

type Trick = (value: string) => string | undefined;

const TRICKS: readonly Trick[] = [
  () => undefined,
  () => '',
  (value) => value.toUpperCase(),
  (value) => value.replace(/^sha256=/, ''),
  (value) => value.replace(/^sha256/, 'sha1'),
  (value) => value.replace(/^sha256=/, 'SHA256='),
  (value) => value.replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  (value) => ` ${value}`,
  (value) => `${value} `,
  (value) => `${value}\n`,
  (value) => `${value},${value}`,
  (value) => `sha256=${'0'.repeat(64)},${value}`,
  (value) => `${value}, sha256=${'0'.repeat(64)}`,
  (value) => value.slice(0, -1),
  (value) => `${value}0`,
  (value) => `${value}\u0000`,
  (value) => value.replace('0', '\uff10'),
  () => `sha256=${'é'.repeat(64)}`,
  () => 'x'.repeat(8000),
  () => '__proto__',
];

/** What stands in the header that must prove the sender, right most of the time. */
const aTrick = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Trick>((value) => value) },
  { weight: 1, arbitrary: fc.constantFrom(...TRICKS) },
);

const OTHER_HEADERS = [
  {},
  { 'content-type': 'application/json; charset=utf-8' },
  { 'content-type': 'text/plain, application/json' },
  { 'content-type': '\u0000é'.repeat(100) },
  { 'x-hub-signature': 'sha1=0', 'x-forwarded-for': '1.2.3.4' },
  JSON.parse('{"__proto__":"x","constructor":"y"}'),
];

function headersWith(name: string, value: string | undefined, others: object) {
  const names = [name, name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())];
  return fc
    .oneof(
      { weight: 8, arbitrary: fc.constant([names[0]]) },
      { weight: 1, arbitrary: fc.constantFrom([names[1]], [...names]) },
    )
    .map((used) => ({
      ...others,
      ...Object.fromEntries(value === undefined ? [] : used.map((one) => [one, value])),
    }));
}

const aMetaRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    bytes: nearBytes(nearJson(META_SHAPES)).map(limited),
    encode: anEncoding,
    secret: fc.constantFrom(...SECRETS.appSecrets, ...SECRETS.appSecrets, 'wrong'),
    trick: aTrick,
    /** Whether what is signed is what arrives, or what was to arrive. */
    signsReceived: fc.boolean(),
    others: fc.constantFrom(...OTHER_HEADERS),
  })
  .chain(({ bytes, encode, secret, trick, signsReceived, others }) => {
    const sent = anEvent({ routeKey: 'POST /webhooks/meta', ...encode(bytes) });
    const received = bytesOf(sent);
    const header = trick(metaHeader(signsReceived ? received : bytes, secret));
    return headersWith('x-hub-signature-256', header, others).map((headers) => {
      const valid = SECRETS.appSecrets.map((one) => metaHeader(received, one));
      const isProven = valid.includes(headers['x-hub-signature-256'] ?? '');
      return { event: { ...sent, headers }, isProven };
    });
  });

function metaHeader(bytes: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}

const WRONG_TOKENS = [
  ...['hostile-other-path', 'HOSTILE-PATH', 'hostile-path%00', 'hostile-path/', '', '__proto__'],
  undefined,
];

const aWasenderRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    bytes: nearBytes(nearJson(WASENDER_SHAPES)).map(limited),
    encode: anEncoding,
    token: fc.oneof(
      { weight: 8, arbitrary: fc.constant('hostile-path') },
      { weight: 1, arbitrary: fc.constantFrom(...WRONG_TOKENS) },
    ),
    secret: fc.constantFrom(
      ...['hostile-shared', 'hostile-earlier', 'hostile-shared', 'hostile-earlier'],
      ...['hostile-other-secret', 'wrong'],
    ),
    trick: aTrick,
    others: fc.constantFrom(...OTHER_HEADERS),
  })
  .chain(({ bytes, encode, token, secret, trick, others }) => {
    const sent = anEvent({
      routeKey: 'POST /webhooks/wasender/{token}',
      ...(token !== undefined && { pathParameters: { token } }),
      ...encode(bytes),
    });
    return headersWith('x-webhook-signature', trick(secret), others).map((headers) => {
      const session = SECRETS.sessions.find((one) => one.token === token);
      const valid: readonly string[] = session?.secrets ?? [];
      return {
        event: { ...sent, headers },
        isProven: valid.includes(headers['x-webhook-signature'] ?? ''),
      };
    });
  });

const aHandshake: fc.Arbitrary<HostileRequest> = fc
  .record({
    mode: fc.constantFrom('subscribe', 'subscribe', 'unsubscribe', undefined),
    token: fc.constantFrom(...SECRETS.verifyToken, 'wrong', '', '__proto__', undefined),
    challenge: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  })
  .map(({ mode, token, challenge }) => {
    const query = { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge };
    const present = Object.entries(query).filter(([, value]) => value !== undefined);
    const tokens: readonly (string | undefined)[] = SECRETS.verifyToken;
    return {
      event: anEvent({
        routeKey: 'GET /webhooks/meta',
        ...(present.length > 0 && { queryStringParameters: Object.fromEntries(present) }),
      }),
      isProven: mode === 'subscribe' && tokens.includes(token) && challenge !== undefined,
    };
  });

const elsewhere = fc
  .constantFrom('$default', 'PUT /webhooks/meta', '', '__proto__', 'POST /webhooks/meta/')
  .map((routeKey) => ({ event: anEvent({ routeKey }), isProven: false }));

/** Requests as API Gateway hands them on, whoever made them. */
export const aHostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  { weight: 10, arbitrary: aMetaRequest },
  { weight: 10, arbitrary: aWasenderRequest },
  { weight: 1, arbitrary: aHandshake },
  { weight: 1, arbitrary: elsewhere },
);

function limited(bytes: Buffer): Buffer {
  return bytes.length > MAX_BODY_BYTES ? bytes.subarray(0, 1000) : bytes;
}
