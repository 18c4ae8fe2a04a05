import { describe, expect, test } from 'vitest';
import { BUSINESS } from '../../../local/whatsapp/business.ts';
import { meetPerson } from '../../../local/whatsapp/people.ts';
import {
  aTemplate,
  aText,
  aWorld,
  call,
  codeOf,
  detailsOf,
  NOW,
  NUMBER,
  SOFIA,
  send,
  someoneWriting,
  statusesUntil,
} from './worlds.ts';

const DAY_MS = 86_400_000;
const LATER = NOW + 60_000;

describe('a request', () => {
  test('is answered 401 and 190 without the token, and 463 beside it when that expired', async () => {
    const stranger = await call(aWorld(), {
      path: `/v23.0/${NUMBER}/messages`,
      json: {},
      token: 'x',
    });
    expect(stranger).toMatchObject({
      status: 401,
      body: { error: { code: 190, type: 'OAuthException', fbtrace_id: expect.any(String) } },
    });
    const expired = await send(aWorld({ token: 'expired' }), aText);
    expect(expired.body).toMatchObject({ error: { code: 190, error_subcode: 463 } });
  });

  test.each(['/v20.0', '/v99.0', ''])('under the version "%s" is of no API', async (version) => {
    const sent = await call(aWorld(), { path: `${version}/${NUMBER}/messages`, json: {} });
    expect(codeOf(sent)).toBe(2500);
  });

  test('of a number of somebody else finds no object', async () => {
    const sent = await call(aWorld(), { path: '/v23.0/123/messages', json: aText });
    expect(sent.body).toMatchObject({
      error: { code: 100, error_subcode: 33, type: 'GraphMethodException' },
    });
  });

  test('fails as the rules say, so many times', async () => {
    const world = aWorld({ failNext: { code: 2, times: 2 } });
    someoneWriting(world);
    const transient = { status: 503, body: { error: { code: 2, is_transient: true } } };
    expect(await send(world, aText)).toMatchObject(transient);
    expect(await send(world, aText)).toMatchObject(transient);
    expect((await send(world, aText)).status).toBe(200);
  });
});

describe('a message', () => {
  test("is taken in Meta's words, under the number as WhatsApp writes it", async () => {
    const world = aWorld();
    someoneWriting(world);
    const to = '+52 1 (555) 000-1234';

    expect(await send(world, { ...aText, to })).toEqual({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: to, wa_id: SOFIA }],
        messages: [{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }],
      },
    });
    // Mexico's numbers lost their 1.
    const short = await send(world, { ...aText, to: '+525550001234' });
    expect(short.body).toMatchObject({ contacts: [{ wa_id: SOFIA }] });
  });

  test('goes to a user id, and to the phone where both are given', async () => {
    const world = aWorld();
    const { userId } = someoneWriting(world);

    const byId = await send(world, { ...aText, recipient: userId });
    expect(byId.body).toMatchObject({ contacts: [{ input: userId, user_id: userId }] });
    const both = await send(world, { ...aText, to: SOFIA, recipient: userId });
    expect(both.body).toMatchObject({ contacts: [{ input: SOFIA, wa_id: SOFIA }] });
  });

  test('to a user id of another portfolio is taken, and fails', async () => {
    const world = aWorld();
    const sent = await send(world, { ...aText, recipient: 'MX.99999999999999999999' });

    expect(sent.status).toBe(200);
    expect(statusesUntil(world, LATER)).toMatchObject([
      {
        status: 'failed',
        recipient_user_id: 'MX.99999999999999999999',
        errors: [{ code: 131_026 }],
      },
    ]);
  });

  test('to the number that sends it is refused', async () => {
    expect(codeOf(await send(aWorld(), { ...aText, to: '15550100100' }))).toBe(131_021);
  });
});

describe('the window of 24 hours', () => {
  test('opens when the person writes to that number, and closes a day after they last did', async () => {
    const world = aWorld();
    expect(codeOf(await send(world, aText))).toBe(131_047);
    someoneWriting(world, SOFIA, NOW);
    expect(codeOf(await send(world, aText, { at: NOW + DAY_MS - 1 }))).toBe(undefined);
    expect(codeOf(await send(world, aText, { at: NOW + DAY_MS }))).toBe(131_047);
    expect(codeOf(await send(world, aText, { number: '900000000000101' }))).toBe(131_047);
  });

  test('does not hold back templates, nor messages to groups', async () => {
    const world = aWorld();
    expect((await send(world, aTemplate('hello_world'))).status).toBe(200);
    const group = { recipient_type: 'group', to: 'Y2FwaV9ncm91cDox', ...aText };
    expect((await send(world, group)).status).toBe(200);
  });

  test('is told in a status instead, where the rules say so', async () => {
    const world = aWorld({ refusals: 'status' });
    expect((await send(world, { ...aText, biz_opaque_callback_data: 'm' })).status).toBe(200);
    const [failed, ...others] = statusesUntil(world, LATER);
    expect(failed).toMatchObject({ status: 'failed', errors: [{ code: 131_047 }] });
    expect(failed).not.toHaveProperty('biz_opaque_callback_data');
    expect(others).toEqual([]);
  });
});

describe('marketing', () => {
  const offer = aTemplate('plain_offer', 'Sofía');

  test('is refused to whom has stopped it, until they resume it', async () => {
    const world = aWorld();
    const person = meetPerson(world.people, SOFIA);
    person.wantsMarketing = false;
    expect(codeOf(await send(world, offer))).toBe(131_050);
    expect(codeOf(await send(world, aTemplate('hello_world')))).toBe(undefined);
    person.wantsMarketing = true;
    expect(codeOf(await send(world, offer))).toBe(undefined);
  });

  test('reaches nobody in the United States, and everybody in Canada', async () => {
    const world = aWorld();
    expect((await send(world, { to: '12125550123', ...offer })).status).toBe(200);
    expect(statusesUntil(world, LATER)).toMatchObject([
      { status: 'failed', errors: [{ code: 131_049 }] },
    ]);
    await send(world, { to: '14165550123', ...offer });
    await send(world, { to: '12125550123', ...aTemplate('hello_world') });
    expect(new Set(statusesUntil(world, LATER).map(({ status }) => status))).toEqual(
      new Set(['sent', 'delivered', 'read']),
    );
  });

  test('fails with 131049 beyond what one person gets in a day, but not where that holds nowhere', async () => {
    for (const [to, last] of [
      [SOFIA, 'failed'],
      ['34600000017', 'read'],
    ] as const) {
      const world = aWorld();
      for (let sent = 0; sent < 3; sent += 1) await send(world, { to, ...offer });
      const ids = [...new Set(world.ledger.receipts.map(({ wamid }) => wamid))];
      const statuses = statusesUntil(world, LATER).filter(({ id }) => id === ids[2]);
      expect(statuses.at(-1)?.status).toBe(last);
    }
  });

  test('is refused on /messages where the account says so', async () => {
    const world = aWorld({ marketingOnMessages: false });
    expect(codeOf(await send(world, offer))).toBe(131_063);
    const endpoint = 'marketing_messages';
    expect(codeOf(await send(world, offer, { endpoint }))).toBe(undefined);
    expect(codeOf(await send(world, aTemplate('hello_world')))).toBe(undefined);
  });

  test('alone goes through /marketing_messages, and is priced as such', async () => {
    const world = aWorld();
    const endpoint = 'marketing_messages';
    someoneWriting(world);
    expect(codeOf(await send(world, aText, { endpoint }))).toBe(134_100);
    expect(codeOf(await send(world, aTemplate('hello_world'), { endpoint }))).toBe(134_100);
    await send(world, { ...offer, product_policy: 'STRICT' }, { endpoint });
    expect(statusesUntil(world, LATER)).toContainEqual(
      expect.objectContaining({
        pricing: {
          billable: true,
          pricing_model: 'PMP',
          type: 'regular',
          category: 'marketing_lite',
        },
      }),
    );
    expect(codeOf(await send(world, { ...offer, product_policy: 'STRICT' }))).toBe(100);
  });
});

describe('a user id', () => {
  const code = [
    { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
    { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
  ];
  const login = { name: 'login_code', language: { code: 'en_US' }, components: code };

  test('gets no codes to log in with: they go to phones', async () => {
    const world = aWorld();
    const { userId } = someoneWriting(world);
    const message = { type: 'template', template: login };
    expect(codeOf(await send(world, { recipient: userId, ...message }))).toBe(131_062);
    expect(codeOf(await send(world, { to: SOFIA, recipient: userId, ...message }))).toBe(undefined);
    expect(codeOf(await send(world, { recipient: userId, ...aTemplate('hello_world') }))).toBe(
      undefined,
    );
  });
});

describe('an offer with a bid', () => {
  test('goes to no user id', async () => {
    const world = aWorld({ templateReviewMs: 0, templateSyncMs: 0 });
    const { userId } = someoneWriting(world);
    const components = [{ type: 'BODY', text: 'Tulips!' }];
    const made = { name: 'bid_offer', language: 'en_US', category: 'MARKETING', components };
    const path = `/v23.0/${BUSINESS.account}/message_templates`;
    await call(world, { path, json: { ...made, bid_spec: { bid_amount: 1 } } });
    const offer = aTemplate('bid_offer');
    expect(codeOf(await send(world, { recipient: userId, ...offer }))).toBe(131_062);
    expect(codeOf(await send(world, { to: SOFIA, ...offer }))).toBe(undefined);
  });
});

describe('by the last digits of a number', () => {
  test.each([
    ['5215550001213', 131_026],
    ['5215550001249', 131_049],
  ])('a message to %s is taken, and fails with %i, without its mark', async (to, code) => {
    const world = aWorld();
    someoneWriting(world, to);
    expect((await send(world, { to, ...aText, biz_opaque_callback_data: 'm' })).status).toBe(200);
    const [failed, ...others] = statusesUntil(world, LATER);
    expect(failed).toMatchObject({ status: 'failed', recipient_id: to, errors: [{ code }] });
    expect(failed).not.toHaveProperty('biz_opaque_callback_data');
    expect(failed).not.toHaveProperty('recipient_user_id');
    expect(others).toEqual([]);
  });

  test('…50 is slow, …00 takes it and hangs up, …02 takes it and answers 500, …01 takes nothing', async () => {
    const world = aWorld();
    const endings = ['50', '00', '02', '01'];
    const reactions = [];
    for (const ending of endings) {
      const to = `52155500012${ending}`;
      someoneWriting(world, to);
      reactions.push(await send(world, { to, ...aText }));
    }
    expect(reactions).toMatchObject([
      { status: 200, afterMs: 5_000 },
      { hangsUp: true },
      { status: 500, body: expect.stringContaining('<html>') },
      { hangsUp: true },
    ]);
    expect(world.ledger.receipts.map(({ recipient }) => recipient.slice(-2))).toEqual([
      ...['50', '00', '02'],
    ]);
    expect(world.ledger.receipts.map((one) => one.answer)).toEqual([
      'given',
      'lost',
      'server-error',
    ]);
    expect(new Set(statusesUntil(world, LATER).map(({ id }) => id)).size).toBe(3);
  });
});

test('…03 is taken, its answer is lost, and it fails without the mark', async () => {
  const world = aWorld();
  const to = '5215550001203';
  someoneWriting(world, to);
  const one = { to, ...aText, biz_opaque_callback_data: 'm' };

  expect(await send(world, one)).toMatchObject({ hangsUp: true });
  expect(world.ledger.receipts).toMatchObject([{ answer: 'lost', failure: { code: 131_026 } }]);
  const [failed] = statusesUntil(world, LATER);
  expect(failed).toMatchObject({ status: 'failed' });
  expect(failed).not.toHaveProperty('biz_opaque_callback_data');
});

describe('what the business says that it read', () => {
  test('must be a message that somebody wrote', async () => {
    const world = aWorld();
    someoneWriting(world);
    const [written] = world.ledger.written;
    const receipt = { messaging_product: 'whatsapp', status: 'read', message_id: written?.wamid };
    const path = `/v23.0/${NUMBER}/messages`;
    const typing = { ...receipt, typing_indicator: { type: 'text' } };

    expect(await call(world, { path, json: typing })).toEqual({
      status: 200,
      body: { success: true },
    });
    expect(written?.readAt).toBe(NOW);
    const unknown = await call(world, { path, json: { ...receipt, message_id: 'wamid.x' } });
    expect(detailsOf(unknown)).toContain('message_id');
  });
});
