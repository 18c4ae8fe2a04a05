import { describe, expect, test } from 'vitest';
import type { Ask } from '../../lambda/channels/ask.ts';
import { checkMeta } from '../../lambda/channels/check-meta.ts';
import { checkWasender } from '../../lambda/channels/check-wasender.ts';
import type { Finding } from '../../lambda/channels/finding.ts';
import { checkInput } from '../../lambda/channels/managing/schemas.ts';

const NOW = Date.parse('2026-11-22T06:00:00.000Z');
const DAY_S = 86_400;
const ID = '900000000000100';
const ACCOUNT = '900000000000001';
const channel = { id: ID, accountId: ACCOUNT, messagesPerSecond: 80 };
const SCOPES = ['whatsapp_business_messaging', 'whatsapp_business_management'];
const FIELDS = [
  ...['messages', 'user_preferences', 'user_id_update', 'message_template_status_update'],
  ...['phone_number_quality_update', 'account_update', 'security'],
].map((name) => ({ name, version: 'v23.0' }));

/** What Meta says where all is well. */
const WELL: Readonly<Record<string, object>> = {
  '/debug_token': { data: { app_id: '7', is_valid: true, expires_at: 0, scopes: SCOPES } },
  [`/${ID}`]: {
    ...{ status: 'CONNECTED', name_status: 'APPROVED', quality_rating: 'GREEN', id: ID },
    ...{ throughput: { level: 'STANDARD' } },
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
    webhook_configuration: { application: 'https://gate.example/webhooks/meta' },
  },
  [`/${ACCOUNT}/subscribed_apps`]: {
    data: [{ whatsapp_business_api_data: { id: '7', name: 'Floodgate' } }],
  },
  '/7/subscriptions': {
    data: [
      { object: 'page', fields: [] },
      { object: 'whatsapp_business_account', fields: FIELDS },
    ],
  },
};

/** A provider that answers so, and refuses what is undefined. */
function answering(answers: Readonly<Record<string, object | undefined>>): Ask {
  return (url) => {
    const json = answers[url.split('?')[0] ?? ''];
    const refused = { status: 400, json: { error: { code: 100, message: 'no such object' } } };
    return Promise.resolve(json === undefined ? refused : { status: 200, json });
  };
}

async function checked(answers: Readonly<Record<string, object | undefined>>, of = channel) {
  const findings = await checkMeta(of, 'EAAG secret', answering({ ...WELL, ...answers }), NOW);
  // The stack has to take it.
  checkInput.parse({ findings: findings.map(asSent) });
  return findings;
}

/** What the stack has no need of is the command's to act on. */
const asSent = ({ stops: _, ...finding }: Finding) => finding;
const faultsOf = (findings: readonly Finding[]) =>
  findings.filter(({ ok }) => !ok).map(({ check, found, mend }) => [check, found, mend]);
const number = (change: object) => ({ [`/${ID}`]: { ...WELL[`/${ID}`], ...change } });
const token = (change: object) => ({
  '/debug_token': {
    data: { app_id: '7', is_valid: true, expires_at: 0, scopes: SCOPES, ...change },
  },
});

describe('a check of a number of Meta’s', () => {
  test('says of all that it looks at what it found', async () => {
    const findings = await checked({});

    expect(
      findings.map(({ check, ok, found }) => `${ok ? 'ok' : 'fault'} ${check}: ${found}`),
    ).toEqual([
      'ok token: valid',
      'ok token-end: it never ends',
      'ok number: CONNECTED',
      'ok name: APPROVED',
      'ok quality: GREEN',
      'ok throughput: STANDARD, the channel has 80 a second',
      'ok limit: TIER_2K',
      'ok webhook: https://gate.example/webhooks/meta',
      'ok subscription: the app gets the webhooks of the account',
      'ok fields: all that are needed',
    ]);
  });

  const overridden = {
    application: 'https://gate.example/webhooks/meta',
    phone_number: 'https://other.example/',
  };
  const unsubscribed = {
    data: [{ object: 'whatsapp_business_account', fields: FIELDS.slice(1) }],
  };

  test.each<[object, string, string, string]>([
    [token({ scopes: SCOPES.slice(1) }), 'token', `lacks ${SCOPES[0]}`, 'make a token'],
    [
      token({ expires_at: NOW / 1000 + 6 * DAY_S }),
      'token-end',
      '2026-11-28T06:00',
      'make a token',
    ],
    [number({ status: 'FLAGGED' }), 'number', 'FLAGGED', 'WhatsApp Manager'],
    [number({ name_status: 'DECLINED' }), 'name', 'DECLINED', 'WhatsApp Manager'],
    [number({ quality_rating: 'RED' }), 'quality', 'RED', 'send less that people block'],
    [number({ webhook_configuration: overridden }), 'webhook', 'https://other', 'overrides it'],
    [number({ webhook_configuration: {} }), 'webhook', 'not told', 'MetaWebhookUrl'],
    [{ [`/${ID}`]: undefined }, 'number', 'no such object', 'assign the account'],
    [{ [`/${ACCOUNT}/subscribed_apps`]: { data: [] } }, 'subscription', '7 gets none', 'POST'],
    [{ [`/${ACCOUNT}/subscribed_apps`]: undefined }, 'subscription', 'no such object', 'POST'],
    [{ '/7/subscriptions': unsubscribed }, 'fields', 'missing messages', 'dashboard of the app'],
  ])('finds the one fault of %j', async (answers, check, found, mend) => {
    expect(faultsOf(await checked({ ...answers }))).toEqual([
      [check, expect.stringContaining(found), expect.stringContaining(mend)],
    ]);
  });

  test('finds a rate that Meta does not allow, and an account that nobody named', async () => {
    expect(faultsOf(await checked({}, { ...channel, messagesPerSecond: 1000 }))).toEqual([
      [
        'throughput',
        expect.stringContaining('STANDARD'),
        expect.stringContaining('--rate standard'),
      ],
    ]);
    const unnamed = checkMeta({ ...channel, accountId: null }, 'EAAG', answering(WELL), NOW);
    expect(faultsOf(await unnamed)).toEqual([
      ['subscription', expect.any(String), expect.stringContaining('--account WABA')],
    ]);
    const high = number({ throughput: { level: 'HIGH' } });
    expect(faultsOf(await checked(high, { ...channel, messagesPerSecond: 1000 }))).toEqual([]);
  });

  test('takes it for no fault that a token is not shown the fields of the app', async () => {
    const findings = await checked({ '/7/subscriptions': undefined });

    expect(faultsOf(findings)).toEqual([]);
    expect(findings.at(-1)?.found).toContain('not shown to this token');
  });

  test('asks no more by a token that is not valid, and tells nobody the token', async () => {
    const error = { message: 'Session has expired' };
    const findings = await checked(token({ is_valid: false, error }));

    expect(findings).toHaveLength(1);
    expect(faultsOf(findings)).toEqual([
      ['token', 'it is not valid: Session has expired', expect.stringContaining('--token-stdin')],
    ]);
    const refused = await checked({ '/debug_token': undefined });
    expect(faultsOf(refused)[0]?.[1]).toBe('it is not valid: no such object');
    expect(JSON.stringify([findings, refused])).not.toContain('EAAG');
  });

  test.each([
    ['a token that Meta finds not valid', token({ is_valid: false }), ['token']],
    ['a number that Meta banned', number({ status: 'BANNED' }), ['locked']],
    ['a number with a bad name', number({ quality_rating: 'RED', status: 'RESTRICTED' }), []],
    ['a token that may do too little', token({ scopes: [] }), []],
    ['an answer that says nothing of the token', { '/debug_token': undefined }, []],
  ])('tells of %s whether anything can be sent', async (_, answers, stops) => {
    const findings = await checked(answers);

    expect(findings.flatMap((one) => one.stops ?? [])).toEqual(stops);
  });

  test('shows nothing of Meta’s words that commands a terminal, and no more than is kept', async () => {
    const findings = await checked(number({ quality_rating: `RED\u001b[2J${'x'.repeat(400)}` }));

    const { found = '' } = findings.find(({ check }) => check === 'quality') ?? {};
    expect(found).toMatch(/^RED\[2Jx+$/);
    expect(found).toHaveLength(300);
  });
});

describe('a check of a session of WasenderApi', () => {
  test.each([
    [200, { status: 'connected' }, []],
    [200, { status: 'need_scan' }, [['session', 'need_scan', expect.stringContaining('scan')]]],
    [404, undefined, [['session', 'an answer 404 without a status', expect.any(String)]]],
    [401, {}, [['token', 'WasenderApi refuses it with 401', expect.stringContaining('API key')]]],
  ])('of an answer %i %j says what is at fault', async (status, json, faults) => {
    const findings = await checkWasender('shop', () => Promise.resolve({ status, json }));

    checkInput.parse({ findings: findings.map(asSent) });
    expect(faultsOf(findings)).toEqual(faults);
  });
});
