/** An example of each body that goes to `/v1` or comes from it, by the name of its schema. A test holds them to these. */

const CHANNEL_ID = '106540352242922';
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const INBOUND_ID = 'message.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';
const INBOUND_WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABIYFEMyRERBMkM5NTVFRUQ1MkQzNUJBAA==';
const SENT_ID = 'msg_uopcrAVNy_Mdy_nRc2RkCZ';
const SENT_WAMID = 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjc3ODUyNzM3NUQ2RjU1MDhBQQA=';
const SUBSCRIBER_ID = 'sub_3q2-7wAAAAAAAAAAAAAAAA';
const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const RECEIVED_AT = '2026-11-30T15:58:39.935Z';
const WRITTEN_AT = '2026-11-30T15:58:39.000Z';
const ASKED_AT = '2026-11-30T15:58:42.092Z';
const DELIVERED_AT = '2026-11-30T15:58:43.097Z';

const contact = { phone: PHONE, userId: USER_ID, lid: null, chatId: null };

const subscriber = {
  ...{ id: SUBSCRIBER_ID, name: 'crm', tenant: 'default', format: 'standard', isOrdered: true },
  endpoint: { kind: 'https', url: 'https://crm.example/hook' },
  filter: { kinds: ['message'], directions: ['inbound'] },
  ...{ ratePerSecond: 20, concurrency: null, retryHours: 72, refusalIsFinal: false },
  ...{ state: 'active', waiting: 0, waitingSince: null },
  ...{ createdAt: WRITTEN_AT, updatedAt: WRITTEN_AT },
};

const channel = {
  ...{ id: CHANNEL_ID, provider: 'meta', tenant: 'default', messagesPerSecond: 80, share: 0.95 },
  ...{ marketingRoute: 'messages', uncertain: 'leave', state: 'active', lanes: 1 },
  ...{ accountId: '102290129340398', portfolioId: null, displayPhoneNumber: '15550783881' },
  media: { keep: ['image', 'document'], maxMegabytes: 16 },
  ...{ retentionDays: 30, pausedBecause: null, needsAttention: null, said: [] },
  ...{ createdAt: WRITTEN_AT, updatedAt: WRITTEN_AT },
};

const outgoing = {
  ...{ id: SENT_ID, channel: CHANNEL_ID, to: PHONE, state: 'delivered', category: 'service' },
  ...{ class: 'reply', createdAt: ASKED_AT, notAfter: '2026-12-01T15:58:42.092Z', attempt: 1 },
  ...{ sentAt: '2026-11-30T15:58:42.407Z', wamid: SENT_WAMID, error: null },
  body: { type: 'text', text: { body: 'Your table is ready' } },
};

const delivered = {
  ...{ status: 'delivered', at: DELIVERED_AT, errors: [], pricing: null, detail: {} },
};

const entry = {
  ...{ id: INBOUND_ID, kind: 'message', direction: 'inbound', type: 'text', wamid: INBOUND_WAMID },
  ...{ occurredAt: WRITTEN_AT, receivedAt: RECEIVED_AT, contact, chat: 'private' },
  text: 'I want to buy',
  content: { kind: 'text', text: 'I want to buy', previewUrl: null, options: [] },
  ...{ replyTo: null, forwarded: false, frequentlyForwarded: false, mentions: [] },
  ...{ referral: null, username: null, status: null, statuses: [], media: null, outgoing: null },
  payload: { object: 'whatsapp_business_account', entry: [] },
};

const finding = {
  ...{ check: 'token', ok: false, found: 'it expires in 3 days' },
  mend: 'make a token of a system user, which does not expire',
};

const campaign = {
  ...{ id: 'cmp_8aLTGWTo2fZ1bQ0Zt8kq5d', name: 'Spring', channel: CHANNEL_ID, tenant: 'default' },
  ...{ state: 'ready', because: null, map: { 1: 'first_name' }, recipientColumn: null },
  variants: [{ template: 'spring_sale', language: 'es_MX', share: 1 }],
  ...{ steps: [], stepsBegun: 0, triggered: false, retry: null },
  ...{ startAt: null, timeZone: 'recipient', quiet: { from: '21:00', to: '08:00' } },
  ...{ maxPerSecond: null, weight: 1, budget: null, portfolioLimit: null },
  stopAbove: { failed: 0.3, blocked: 0.1 },
  check: {
    ...{ at: WRITTEN_AT, category: 'marketing', recipients: 9_286, refused: 14 },
    cost: { amount: 283.223, currency: 'USD' },
  },
  changes: [{ at: WRITTEN_AT, state: 'ready', by: 'floodgate', because: null }],
  ...{ createdAt: WRITTEN_AT, updatedAt: WRITTEN_AT },
};

const upload = {
  url: 'https://s3.eu-west-1.amazonaws.com/floodgate-campaigns',
  fields: { key: 'uploads/cmp_8aLTGWTo2fZ1bQ0Zt8kq5d', Policy: 'eyJleHBpcmF0aW9uIjo…' },
  ...{ maxBytes: 500_000_000, expiresAt: '2026-12-01T15:58:39.000Z' },
};

export const EXAMPLES: Readonly<Record<string, object>> = {
  AddedSubscriber: { subscriber, secret: SECRET, notes: [] },
  Caller: { principal: 'role/acme-bot', tenant: 'acme' },
  CallerInput: { tenant: 'acme' },
  Callers: { callers: [{ principal: 'role/admin', tenant: '*' }], you: 'role/admin' },
  Campaign: campaign,
  CampaignBecause: { because: 'the offer ends today' },
  CampaignChange: { maxPerSecond: 20 },
  CampaignCreated: { campaign, upload },
  CampaignExport: { id: 'vbK2m0sT1xQ9yL3w', format: 'csv', url: null },
  CampaignExportInput: { format: 'csv' },
  CampaignInput: {
    ...{ name: 'Spring', channel: CHANNEL_ID, map: { 1: 'first_name' }, timeZone: 'recipient' },
    variants: [{ template: 'spring_sale', language: 'es_MX' }],
    quiet: { from: '21:00', to: '08:00' },
  },
  CampaignRecipient: {
    ...{ key: 'cart-4711', to: PHONE, state: 'waiting', because: null, step: 1 },
    dueAt: '2026-11-30T19:58:42.407Z',
    messages: ['cmp_3q2-7wAAAAAAAAAAAAAAAA.0.1.0'],
    createdAt: ASKED_AT,
  },
  CampaignRecipientInput: { key: 'cart-4711', to: `+${PHONE}`, parameters: { 1: 'Ana' } },
  CampaignRetryInput: { uncertain: false },
  CampaignShown: { campaign, figures: null, report: null, refusals: null },
  CampaignTest: { to: `+${PHONE}` },
  CampaignUpload: upload,
  Campaigns: { campaigns: [campaign], unreadable: [] },
  Channel: channel,
  ChannelChange: { messagesPerSecond: 'high', retentionDays: 60 },
  ChannelCheck: { findings: [finding] },
  ChannelInput: { id: CHANNEL_ID, provider: 'meta', accountId: '102290129340398' },
  Channels: { channels: [channel], unreadable: [] },
  Contact: {
    ...{ channel: CHANNEL_ID, contact: PHONE },
    names: [
      { kind: 'phone', name: PHONE, since: WRITTEN_AT, until: null, alternateOf: null },
      { kind: 'userId', name: USER_ID, since: WRITTEN_AT, until: null, alternateOf: null },
    ],
    profile: { name: 'Ana', username: null },
    lastSeen: WRITTEN_AT,
    window: {
      openUntil: '2026-12-01T15:58:39.000Z',
      openedBy: { id: INBOUND_ID, kind: 'message', type: 'text', occurredAt: WRITTEN_AT },
    },
    ...{ optOuts: [], isComplete: true },
  },
  Deliveries: {
    deliveries: [
      {
        ...{ eventId: INBOUND_ID, what: 'message text', at: RECEIVED_AT, try: 1 },
        ...{ outcome: 'failed', status: 500, latencyMs: 84.2, fault: 'http-500' },
        answer: '{"error":"…"}',
      },
    ],
    nextCursor: null,
  },
  DeliveryState: {
    eventId: INBOUND_ID,
    waiting: [
      {
        ...{ handedOnAt: RECEIVED_AT, tries: 1, firstTriedAt: ASKED_AT, lastTriedAt: ASKED_AT },
        ...{ fault: 'http-500', nextTryBy: '2026-11-30T15:58:47.092Z' },
        triedUntil: '2026-12-03T15:58:42.092Z',
      },
    ],
    droppedAt: null,
  },
  DropInput: { eventId: INBOUND_ID, why: 'its parser dies on it' },
  Dropped: { waiting: 1, isComplete: true },
  Error: { error: { code: 'not_found', message: `there is no subscriber ${SUBSCRIBER_ID}` } },
  Forgotten: {
    ...{ events: 12, messages: 7, payloads: 0, files: 2, links: 1, isComplete: true },
    archive: 'pending',
  },
  Media: {
    ...{ state: 'stored', reason: null, mimeType: 'image/jpeg', sizeBytes: 48_213 },
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    url: 'https://media.s3.eu-west-1.amazonaws.com/default/…',
    urlExpiresAt: '2026-11-30T16:58:39.000Z',
  },
  Message: {
    ...{ channel: CHANNEL_ID, provider: 'meta', wamid: SENT_WAMID, direction: 'outbound', contact },
    ...{ account: '102290129340398', displayPhoneNumber: '15550783881', status: 'delivered' },
    ...{ statuses: [delivered], errors: [], pricing: null, callbackData: null, participants: [] },
    ...{ outgoing, entry: null },
  },
  OutgoingMessage: outgoing,
  OutgoingMessages: { messages: [], isComplete: true },
  PauseInput: { drain: true },
  ResolveInput: { as: 'sent' },
  SendInput: { to: `+${PHONE}`, type: 'text', text: { body: 'Your table is ready' } },
  SentTest: {
    eventId: 'account.8aLTGWTo2fZ1bQ0Zt8kq5dTlfNqVj9YJ4Kd0m2W1c3E',
    webhookId: 'account_8aLTGWTo2fZ1bQ0Zt8kq5dTlfNqVj9YJ4Kd0m2W1c3E',
  },
  SigningSecret: { secret: SECRET, previous: null },
  Subscriber: subscriber,
  SubscriberChange: { filter: { types: ['text', 'image'] }, ratePerSecond: 20 },
  SubscriberInput: { name: 'crm', endpoint: subscriber.endpoint, filter: subscriber.filter },
  Subscribers: { subscribers: [subscriber], unreadable: [] },
  Timeline: { entries: [entry], nextCursor: null },
};
