import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSharedSecret, checkSignature } from '../../lambda/providers/signature.ts';
import { expectedEvents } from '../../local/traffic/expected.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import {
  disturb,
  generateTraffic,
  type TrafficOptions,
  type Webhook,
} from '../../local/traffic/traffic.ts';

const traffic = (overrides: Partial<TrafficOptions> = {}): Webhook[] =>
  generateTraffic({
    seed: 1,
    provider: 'meta',
    contacts: 12,
    messages: 60,
    statuses: 90,
    mediaShare: 0.3,
    batch: 1,
    ...overrides,
  });

const anyOptions = fc.record({
  seed: fc.nat(),
  provider: fc.constantFrom('meta' as const, 'wasender' as const),
  contacts: fc.integer({ min: 1, max: 9 }),
  messages: fc.nat(30),
  statuses: fc.nat(30),
  mediaShare: fc.double({ min: 0, max: 1, noNaN: true }),
  batch: fc.integer({ min: 1, max: 60 }),
});

const eventsOf = (webhooks: readonly Webhook[]) =>
  webhooks.flatMap((webhook) => expectedEvents(webhook, 'shop'));

const idsOf = (webhooks: readonly Webhook[]) => eventsOf(webhooks).map(({ id }) => id);

const bodiesOf = (webhooks: readonly Webhook[]) => webhooks.map(({ body }) => body);

describe('generated traffic', () => {
  test('is the same, byte for byte, for the same seed', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        expect(generateTraffic(options)).toEqual(generateTraffic(options));
      }),
      { numRuns: 30 },
    );
  });

  test('shares no event with that of another seed', () => {
    const known = new Set(idsOf(traffic({ seed: 1 })));

    expect(idsOf(traffic({ seed: 2 })).filter((id) => known.has(id))).toEqual([]);
  });

  test('holds as many distinct events as were asked for, in webhooks that split', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const ids = idsOf(generateTraffic(options));

        expect(ids).toHaveLength(options.messages + options.statuses);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 30 },
    );
  });

  test('holds the same events in the same places, however they are batched', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const alone = generateTraffic({ ...options, batch: 1 });

        expect(eventsOf(generateTraffic(options))).toEqual(eventsOf(alone));
      }),
      { numRuns: 30 },
    );
  });

  test('fills each of Meta’s webhooks up to the batch', () => {
    const sizes = traffic({ batch: 40 }).map((webhook) => expectedEvents(webhook, '').length);

    expect(sizes).toEqual([40, 40, 40, 30]);
  });

  test('lets every contact write', () => {
    const groups = eventsOf(traffic({ contacts: 12, messages: 60, statuses: 0 }));

    expect(new Set(groups.map(({ pk }) => pk)).size).toBe(12);
  });

  test('is escaped as Meta escapes it', () => {
    const bodies = bodiesOf(traffic()).join('');

    expect(bodies).toMatch(/^[\x20-\x7e]*$/);
    expect(bodies).toContain('\\u00f1');
    expect(bodies).toContain('\\/');
    expect(bodies).not.toMatch(/[^\\]\//);
  });

  test('names some people by their user id alone', () => {
    const messages = bodiesOf(traffic({ statuses: 0 }));
    const nameless = messages.filter((body) => !body.includes('"from":'));

    expect(nameless.length).toBeGreaterThan(0);
    expect(nameless.length).toBeLessThan(messages.length);
    expect(nameless.every((body) => body.includes('"from_user_id":'))).toBe(true);
  });

  test('tells no contact beside a failed status', () => {
    const failed = bodiesOf(traffic()).filter((body) => body.includes('"status":"failed"'));

    expect(failed.length).toBeGreaterThan(0);
    expect(failed.filter((body) => body.includes('"contacts"'))).toEqual([]);
  });

  test('carries media in the share that was asked for', () => {
    const count = (mediaShare: number) =>
      bodiesOf(traffic({ messages: 200, statuses: 0, mediaShare })).filter((body) =>
        body.includes('"mime_type"'),
      ).length;

    expect(count(0)).toBe(0);
    expect(count(1)).toBe(200);
    expect(count(0.5)).toBeGreaterThan(70);
    expect(count(0.5)).toBeLessThan(130);
  });

  test('is dated by a seed that is a time', () => {
    const [first] = traffic({ seed: Date.UTC(2027, 0, 5, 12), messages: 1, statuses: 0 });

    expect(first?.body).toContain(`"timestamp":"${Date.UTC(2027, 0, 5, 11) / 1000}"`);
  });

  test('comes as object and as array from WasenderApi', () => {
    const options = { provider: 'wasender', statuses: 0, messages: 3 } as const;

    expect(traffic({ ...options, batch: 1 })[0]?.body).toMatch(/"messages":\{"key"/);
    expect(traffic({ ...options, batch: 9 })[0]?.body).toMatch(/"messages":\[\{"key"/);
  });
});

describe('disturbed traffic', () => {
  const plain = traffic();

  test('holds the same webhooks when it is shuffled', () => {
    const shuffled = disturb(plain, { seed: 1, duplicates: 0, shuffle: true });

    expect(shuffled).not.toEqual(plain);
    expect(bodiesOf(shuffled).sort()).toEqual(bodiesOf(plain).sort());
  });

  test('repeats the share of webhooks that was asked for, byte for byte, after the first', () => {
    const doubled = disturb(plain, { seed: 1, duplicates: 0.2, shuffle: false });
    const firsts = [...new Set(doubled)];

    expect(doubled).toHaveLength(plain.length * 1.2);
    expect(firsts).toEqual(plain);
  });

  test('is as it was where nothing disturbs', () => {
    expect(disturb(plain, { seed: 1, duplicates: 0, shuffle: false })).toEqual(plain);
  });

  test('is disturbed in the same way for the same seed', () => {
    const options = { seed: 5, duplicates: 0.5, shuffle: true };

    expect(disturb(plain, options)).toEqual(disturb(plain, options));
  });
});

describe('signRequest', () => {
  const target = {
    baseUrl: 'http://127.0.0.1:3000',
    secrets: { meta: 'app secret', wasender: 'shared secret' },
    pathToken: 'a/b',
  };

  test('signs Meta’s webhooks over the bytes', () => {
    const [webhook] = traffic();
    if (webhook === undefined) throw new Error('no traffic');
    const { url, headers, body } = signRequest(webhook, target);

    expect(url).toBe('http://127.0.0.1:3000/webhooks/meta');
    expect(checkSignature(body, headers['x-hub-signature-256'], ['app secret']).ok).toBe(true);
  });

  test('sends WasenderApi’s secret as it is, to the path of its token', () => {
    const { url, headers } = signRequest({ provider: 'wasender', body: '{}' }, target);

    expect(url).toBe('http://127.0.0.1:3000/webhooks/wasender/a%2Fb');
    expect(checkSharedSecret(headers['x-webhook-signature'], ['shared secret']).ok).toBe(true);
  });
});
