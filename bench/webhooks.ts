import { createHmac } from 'node:crypto';

/** A webhook of Meta's as the HTTP API hands it to the function. */
export interface HttpEvent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly routeKey: string;
  readonly rawPath: string;
  readonly isBase64Encoded: boolean;
}

const METADATA = { display_phone_number: '15550100100', phone_number_id: '900000000000100' };
const ACCOUNT = '900000000000001';
const SECONDS = 1_793_534_400;
const KB = 1024;

/** Signs a webhook, as Meta does. */
export function signedEvent(body: string, appSecret: string): HttpEvent {
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'facebookexternalua',
      'x-hub-signature-256': `sha256=${signature}`,
      'x-forwarded-for': '173.252.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    routeKey: 'POST /webhooks/meta',
    rawPath: '/webhooks/meta',
    isBase64Encoded: false,
  };
}

/** A text message of the n-th person, as the webhook of one event, padded to 1 KB. */
export function oneKilobyteWebhook(n: number): string {
  const length = Buffer.byteLength(textWebhook(n, n, ''));
  return textWebhook(n, n, 'x'.repeat(KB - length));
}

/** The text message `n` of a person. */
export function textWebhook(person: number, n: number, text: string): string {
  return messageWebhook(person, n, { type: 'text', text: { body: text } });
}

/** A message of the n-th person with an image, of which Meta tells the hash. */
export function imageWebhook(n: number, sha256: string): string {
  const image = {
    ...{ caption: 'x'.repeat(40), mime_type: 'image/jpeg', sha256 },
    id: String(10n ** 15n + BigInt(n)),
  };
  return messageWebhook(n, n, { type: 'image', image });
}

function messageWebhook(person: number, n: number, content: object): string {
  return webhook({
    contacts: [{ profile: { name: 'Sofía Pérez' }, wa_id: phone(person), user_id: userId(person) }],
    messages: [
      {
        from: phone(person),
        from_user_id: userId(person),
        id: wamid(person, n, 'I'),
        timestamp: String(SECONDS + n),
        ...content,
      },
    ],
  });
}

/** The statuses of message `n` to a person, each the webhook of one event. */
export function statusWebhooks(person: number, n: number): string[] {
  const conversation = {
    id: '7270432eae37498234f4444b35ffc5aa',
    expiration_timestamp: String(SECONDS + 86_400),
    origin: { type: 'utility' },
  };
  const pricing = { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' };
  const priced = { conversation, pricing };
  const steps = [
    ['sent', 0, priced],
    ['delivered', 2, priced],
    ['read', 9, {}],
  ] as const;
  return steps.map(([status, later, more]) =>
    webhook({
      statuses: [
        {
          id: wamid(person, n, 'O'),
          status,
          timestamp: String(SECONDS + n + later),
          recipient_id: phone(person),
          recipient_user_id: userId(person),
          ...more,
        },
      ],
    }),
  );
}

/** One webhook with so many messages of so many people, who write in turn. */
export function crowdedWebhook(events: number, people: number): string {
  return webhook({
    messages: Array.from({ length: events }, (_, n) => ({
      from: phone(n % people),
      from_user_id: userId(n % people),
      id: wamid(n % people, n, 'I'),
      timestamp: String(SECONDS + n),
      type: 'text',
      text: { body: `message ${n}` },
    })),
  });
}

function webhook(value: object): string {
  const change = { messaging_product: 'whatsapp', metadata: METADATA, ...value };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: ACCOUNT, changes: [{ value: change, field: 'messages' }] }],
  });
}

function phone(person: number): string {
  return `521555${String(person).padStart(7, '0')}`;
}

function userId(person: number): string {
  return `MX.${String(10n ** 19n + BigInt(person))}`;
}

/** As Meta's: for the phone of the contact, with who wrote and a token of its own. */
function wamid(person: number, n: number, direction: 'I' | 'O'): string {
  const user = Buffer.from(phone(person));
  // By its token WhatsApp knows a message under all names of the contact: no two share one.
  const token = Buffer.from(`${String(person).padStart(8, '0')}${String(n).padStart(12, '0')}`);
  const record = Buffer.concat([
    Buffer.of(0x1c, 0x18, user.length),
    user,
    Buffer.of(0x15, 0x02, 0x00, direction === 'I' ? 0x12 : 0x11, 0x18, token.length),
    token,
    Buffer.of(0x00),
  ]);
  return `wamid.${record.toString('base64')}`;
}
