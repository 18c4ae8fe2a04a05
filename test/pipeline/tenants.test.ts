import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from '../../bin/openapi-document.ts';
import { writeCursor } from '../../lambda/answers/cursor.ts';
import { channelsAnswer } from '../../lambda/channels/managing/schemas.ts';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import { addedAnswer, subscribersAnswer } from '../../lambda/delivery/subscribers/schemas.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { campaignCreated, campaignsAnswer } from '../../lambda/sending/campaigns/schemas.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { aMessage, aStatus } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { metaChanges, metaValue } from '../support/webhooks.ts';

const wait = { timeout: 60_000, interval: 100 };

/** What a request may be about. */
interface Target {
  readonly channel: string;
  readonly contact: string;
  readonly wamid: string;
  /** Our id of a message that was sent. */
  readonly message: string;
  readonly subscriber: string;
  readonly event: string;
  readonly principal: string;
  readonly cursor: string;
  readonly campaign: string;
  readonly export: string;
  /** By which somebody is known in a triggered campaign. */
  readonly key: string;
}

interface Operation {
  /**
   * - `hidden`: what another tenant has is answered as what nobody has
   * - `own`: it lists what the tenant has
   * - `forbidden`: it is for those that see all
   */
  readonly is: 'hidden' | 'own' | 'forbidden';
  readonly body?: object | ((target: Target) => object);
  readonly query?: (target: Target) => string;
}

const HIDDEN: Operation = { is: 'hidden' };
const findings = [{ check: 'token', ok: true, found: 'valid', mend: null }];
const variants = [{ template: 'plain_offer', language: 'en_US' }];
const text = { to: '+5215550002222', type: 'text', text: { body: 'Hello' }, force: true };

/** Every operation of `docs/openapi.json`. Whoever adds one says here what another tenant gets of it. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  readTimeline: { is: 'hidden', query: ({ cursor }) => `?limit=1&cursor=${cursor}` },
  readContact: HIDDEN,
  readMessage: HIDDEN,
  readMedia: HIDDEN,
  listChannels: { is: 'own' },
  addChannel: { is: 'forbidden', body: { id: 'another', provider: 'wasender' } },
  readChannel: HIDDEN,
  changeChannel: { is: 'hidden', body: { share: 0.5 } },
  pauseChannel: { is: 'hidden', body: {} },
  resumeChannel: HIDDEN,
  checkChannel: { is: 'hidden', body: { findings } },
  listCampaigns: { is: 'own' },
  createCampaign: { is: 'hidden', body: ({ channel }) => ({ channel, variants }) },
  readCampaign: HIDDEN,
  changeCampaign: { is: 'hidden', body: { name: 'other' } },
  uploadRecipients: HIDDEN,
  checkCampaign: HIDDEN,
  testCampaign: { is: 'hidden', body: { to: '+5215550002222' } },
  startCampaign: HIDDEN,
  pauseCampaign: HIDDEN,
  resumeCampaign: HIDDEN,
  cancelCampaign: HIDDEN,
  retryFailed: HIDDEN,
  exportCampaign: HIDDEN,
  addCampaignRecipient: {
    is: 'hidden',
    body: { key: 'cart-1', to: '+5215550002222', parameters: {} },
  },
  readCampaignRecipient: HIDDEN,
  removeCampaignRecipient: HIDDEN,
  readExport: HIDDEN,
  sendMessage: { is: 'hidden', body: text },
  cancelMessage: HIDDEN,
  resolveMessage: { is: 'hidden', body: { as: 'failed' } },
  listOutgoing: HIDDEN,
  listSubscribers: { is: 'own' },
  addSubscriber: {
    is: 'forbidden',
    body: { name: 'b', tenant: 'brand', endpoint: { kind: 'https', url: 'https://b.example' } },
  },
  readSubscriber: HIDDEN,
  changeSubscriber: { is: 'hidden', body: { name: 'other' } },
  pauseSubscriber: HIDDEN,
  resumeSubscriber: HIDDEN,
  readSigningSecret: HIDDEN,
  rotateSigningSecret: HIDDEN,
  testSubscriber: HIDDEN,
  readDeliveries: HIDDEN,
  readDelivery: HIDDEN,
  markListening: HIDDEN,
  dropDeliveries: { is: 'hidden', body: { eventId: 'message.a', why: 'a test' } },
  removeSubscriber: HIDDEN,
  forgetContact: HIDDEN,
  removeChannel: { is: 'forbidden' },
  listCallers: { is: 'forbidden' },
  putCaller: { is: 'forbidden', body: { tenant: 'acme' } },
  removeCaller: { is: 'forbidden' },
};

const ROUTES = Object.entries(openApiDocument().paths).flatMap(([path, operations]) =>
  Object.entries(
    z.record(z.string(), z.looseObject({ operationId: z.string() })).parse(operations),
  ).map(([method, { operationId }]) => ({ method: method.toUpperCase(), path, operationId })),
);

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Requests of one role, or of whoever says nothing. */
function callsOf({ stack }: Pipeline, role: string) {
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${stack.url}/v1/${path}`, {
      ...{ method, headers: { 'x-floodgate-caller': `role/${role}`, 'idempotency-key': 'one' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const done = async (...args: Parameters<typeof call>): Promise<unknown> => {
    const { status, text: answer } = await call(...args);
    expect([status < 300, answer]).toEqual([true, answer]);
    return answer === '' ? undefined : JSON.parse(answer);
  };
  const about = async (operationId: string, target: Target): Promise<Answer> => {
    const route = ROUTES.find((one) => one.operationId === operationId);
    const { body, query = () => '' } = OPERATIONS[operationId] ?? {};
    const path = (route?.path ?? '').replace(/^\/v1\//, '');
    const id = path.startsWith('subscribers') ? target.subscriber : target.message;
    // It is by a wamid that they find a message, and by our id in its place.
    const isByWamid = operationId === 'readMessage' || operationId === 'readMedia';
    const message = isByWamid ? target.wamid : target.message;
    const names: Readonly<Record<string, string>> = { ...target, id, message };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(names[name] ?? '').replace('%2F', '/'),
    );
    const said = typeof body === 'function' ? body(target) : body;
    const answer = await call(route?.method ?? '', filled + query(target), said);
    // What was asked for may be said again.
    const hidden = Object.values(target).reduce(
      (all, one) => all.replaceAll(one, '…'),
      answer.text,
    );
    return { status: answer.status, text: hidden };
  };
  return { call, done, about };
}

type Calls = ReturnType<typeof callsOf>;

const PEOPLE = { acme: '5215550001111', brand: '5215550003333', nobody: '5215550004444' };
const CHANNELS = { acme: '900000000000100', brand: '900000000000101' };
const CURSOR_AT = '1795212000000~ message p';

/** A message with a photo that comes to a channel, and what becomes of one that was sent from it. */
function webhook(tenant: keyof typeof CHANNELS): string {
  const contact = PEOPLE[tenant];
  const metadata = { display_phone_number: '15550783881', phone_number_id: CHANNELS[tenant] };
  const from = { from: contact, from_user_id: undefined };
  const photo = { id: `wamid.photo.${tenant}`, type: 'image', image: { id: '1' } };
  const status = aStatus({ id: `wamid.sent.${tenant}`, recipient_id: contact });
  const messages = [
    aMessage({ ...from, ...photo }),
    aMessage({ ...from, id: `wamid.in.${tenant}` }),
  ];
  const value = metaValue({ messages, statuses: [status], metadata });
  return metaChanges({ field: 'messages', value });
}

/** An endpoint that gets what a tenant's subscriber gets. */
async function subscribe(tenant: string, calls: Calls) {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint[Symbol.asyncDispose]());
  const wish = { name: tenant, endpoint: { kind: 'https', url: endpoint.url } };
  const { subscriber } = addedAnswer.parse(await calls.done('POST', 'subscribers', wish));
  expect(subscriber.tenant).toBe(tenant);
  const told = () => {
    const events = endpoint.received.map(({ body }) => standardEvent.parse(JSON.parse(body)));
    return JSON.stringify(events);
  };
  return { subscriber: subscriber.id, told };
}

/** All else that a tenant can have. */
async function fill(
  { post }: Pipeline,
  tenant: keyof typeof CHANNELS,
  calls: Calls,
  subscriber: string,
): Promise<Target> {
  const channel = CHANNELS[tenant];
  const sent = await calls.done('POST', `channels/${channel}/messages`, text);
  const planned = await calls.done('POST', 'campaigns', { channel, variants });
  expect((await post(webhook(tenant))).status).toBe(200);
  const contact = PEOPLE[tenant];
  const cursor = async () => {
    const path = `channels/${channel}/contacts/${contact}/timeline?limit=1`;
    const answer = await calls.call('GET', path);
    if (answer.status !== 200) return undefined;
    return timelineAnswer.parse(JSON.parse(answer.text)).nextCursor;
  };
  await expect.poll(cursor, wait).toBeTypeOf('string');
  return {
    ...{ channel, contact, wamid: `wamid.photo.${tenant}` },
    message: z.object({ id: z.string() }).parse(sent).id,
    ...{ subscriber, event: 'message.a', principal: `role/${tenant}` },
    cursor: (await cursor()) ?? '',
    campaign: campaignCreated.parse(planned).campaign.id,
    ...{ export: 'AAAAAAAAAAAAAAAAAAAAAA.csv', key: 'cart-1' },
  };
}

const NOBODYS: Target = {
  ...{ channel: '900000000000999', contact: PEOPLE.nobody, wamid: 'wamid.none' },
  ...{ message: 'msg_AAAAAAAAAAAAAAAAAAAAAA', subscriber: 'sub_AAAAAAAAAAAAAAAAAAAAAA' },
  ...{ event: 'message.a', principal: 'role/nobody' },
  cursor: writeCursor(CURSOR_AT, '900000000000999', PEOPLE.nobody),
  campaign: 'cmp_AAAAAAAAAAAAAAAAAAAAAA',
  ...{ export: 'AAAAAAAAAAAAAAAAAAAAAA.csv', key: 'cart-1' },
};

/** Two tenants, and callers of each, of both, and of neither. */
async function twoTenants() {
  const pipeline = await aPipeline();
  const admin = callsOf(pipeline, 'admin');
  const tooEarly = await admin.call('PUT', 'tenants/role/acme', { tenant: 'acme' });
  expect(tooEarly).toEqual({ status: 409, text: expect.stringContaining("add '*' role/admin") });
  const callers = { admin: '*', acme: 'acme', brand: 'brand', other: 'default' };
  for (const [role, tenant] of Object.entries(callers)) {
    await admin.done('PUT', `tenants/role/${role}`, { tenant });
  }
  for (const [tenant, id] of Object.entries(CHANNELS)) {
    await admin.done('POST', 'channels', { id, provider: 'meta', tenant });
  }
  const acme = callsOf(pipeline, 'acme');
  const brand = callsOf(pipeline, 'brand');
  // Both before any event: who is added later gets what comes ten seconds later.
  const ours = await subscribe('acme', acme);
  const theirs = await subscribe('brand', brand);
  return {
    ...{ pipeline, admin, acme, brand, other: callsOf(pipeline, 'other') },
    ours: { ...ours, target: await fill(pipeline, 'acme', acme, ours.subscriber) },
    theirs: { ...theirs, target: await fill(pipeline, 'brand', brand, theirs.subscriber) },
  };
}

/** What shows whether somebody changed something, and is the same however often it is read. */
const READ = [
  ...['readChannel', 'readContact', 'readSubscriber', 'readSigningSecret', 'readDelivery'],
  'readCampaign',
];

test('says of each operation of /v1 what another tenant gets of it', () => {
  expect(Object.keys(OPERATIONS).toSorted()).toEqual(
    ROUTES.map(({ operationId }) => operationId).toSorted(),
  );
});

test('keeps tenants apart, on every way', { timeout: 180_000 }, async () => {
  const { pipeline, admin, acme, brand, other, ours, theirs } = await twoTenants();

  // A subscriber gets the events of its own tenant's channels.
  for (const [own, foreign, told] of [
    ['acme', 'brand', ours.told],
    ['brand', 'acme', theirs.told],
  ] as const) {
    await expect.poll(told, wait).toContain('"media.stored"');
    await expect.poll(told, wait).toContain(`wamid.sent.${own}`);
    expect(told()).toContain(`/media/${own}/`);
    expect(told()).not.toContain(CHANNELS[foreign]);
  }

  // What another tenant has is as what nobody has, to every caller, on every operation.
  const before = await Promise.all(READ.map((id) => brand.about(id, theirs.target)));
  for (const [id, { is }] of Object.entries(OPERATIONS)) {
    for (const calls of [acme, other]) {
      const answer = await calls.about(id, theirs.target);
      if (is === 'forbidden') expect([id, answer.status]).toEqual([id, 403]);
      if (is === 'hidden') expect([id, answer]).toEqual([id, await calls.about(id, NOBODYS)]);
      expect(answer.text).not.toContain('brand');
    }
    const unknown = await callsOf(pipeline, 'nobody').about(id, theirs.target);
    expect([id, unknown]).toEqual([
      id,
      { status: 403, text: expect.stringContaining('npx floodgate tenant add TENANT role/nobody') },
    ]);
  }
  const after = await Promise.all(READ.map((id) => brand.about(id, theirs.target)));
  expect(after).toEqual(before);

  // Nor does a part of it lead there from what is one's own.
  for (const [part, id] of [
    ['wamid', 'readMessage'],
    ['wamid', 'readMedia'],
    ['contact', 'readContact'],
    ['contact', 'readTimeline'],
    ['message', 'cancelMessage'],
    ['message', 'resolveMessage'],
    ['event', 'readDelivery'],
  ] as const) {
    const mixed = await acme.about(id, { ...ours.target, [part]: theirs.target[part] });
    const nobodys = await acme.about(id, { ...ours.target, [part]: NOBODYS[part] });
    expect([id, mixed]).toEqual([id, nobodys]);
  }
  const byOurId = await acme.about('readMessage', { ...ours.target, wamid: theirs.target.message });
  expect(byOurId.status).toBe(404);
  const foreign = await acme.about('readTimeline', {
    ...ours.target,
    cursor: theirs.target.cursor,
  });
  expect(foreign).toEqual({ status: 400, text: expect.stringContaining('of another list') });
  const moves = [
    ['PATCH', `channels/${CHANNELS.acme}`, { tenant: 'brand' }],
    ['PATCH', `channels/${CHANNELS.acme}`, { accountId: '102290129340398' }],
    ['PATCH', `subscribers/${ours.target.subscriber}`, { tenant: 'brand' }],
  ] as const;
  for (const [method, path, body] of moves) {
    expect((await acme.call(method, path, body)).status).toBe(403);
  }

  // A key is its channel's: with brand's key and recipient acme's message is another one.
  expect(theirs.target.message).not.toBe(ours.target.message);
  // By an id of another tenant's a file of nobody's is asked for.
  const byContact = { channel: CHANNELS.brand, contact: PEOPLE.brand, why: 'a test' };
  const drops = await acme.call('POST', `subscribers/${ours.target.subscriber}/drops`, byContact);
  expect(drops).toEqual({ status: 200, text: '{"waiting":0,"isComplete":true}' });

  // Lists have one's own, and whoever sees all sees all.
  const listed = async ({ done }: Calls) => [
    channelsAnswer.parse(await done('GET', 'channels')).channels.map(({ tenant }) => tenant),
    subscribersAnswer
      .parse(await done('GET', 'subscribers'))
      .subscribers.map(({ tenant }) => tenant),
    campaignsAnswer
      .parse(await done('GET', 'campaigns'))
      .campaigns.map(({ tenant }) => tenant)
      .toSorted(),
  ];
  expect(await listed(acme)).toEqual([['acme'], ['acme'], ['acme']]);
  expect(await listed(other)).toEqual([[], [], []]);
  const all = ['acme', 'brand'];
  expect(await listed(admin)).toEqual([all, all, all]);

  // All of it reaches what is one's own.
  for (const [id, { is }] of Object.entries(OPERATIONS)) {
    const { status } = await acme.about(id, ours.target);
    expect([id, status === 403 || status === 404]).toEqual([id, is === 'forbidden']);
  }
});
