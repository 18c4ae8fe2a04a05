import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { besideOf, contentOf } from '../../lambda/content/content.ts';
import { contentSchema } from '../../lambda/content/schema.ts';
import { wordsOfContent } from '../../lambda/content/words.ts';
import { standardEvent } from '../../lambda/delivery/standard-event-schema.ts';
import type { EventKind, Provider } from '../../lambda/events/event.ts';
import { writeJson } from '../../lambda/shared/json/raw-json.ts';
import { KEY, SAID, saidByMeta, saidByWasender } from '../support/said.ts';
import { only, splitMeta, splitWasender, wasenderWebhook } from '../support/webhooks.ts';

/** What its receiver reads of one event, which the published schema must allow. */
function read(provider: Provider, body: string) {
  const event = only(provider === 'meta' ? splitMeta(body) : splitWasender(body));
  const said = { provider, kind: event.kind, webhook: JSON.parse(event.payload) };
  const content = contentOf(said);
  const written = content && contentSchema.parse(JSON.parse(writeJson(content)));
  return { event, content: written, beside: besideOf(said, undefined) };
}

const kinds = () => contentSchema.def.options.map((option) => option.shape.kind.def.values[0]);

describe('the content of', () => {
  test.each(SAID)('$what', ({ provider, body, content }) => {
    expect(read(provider, body).content).toMatchObject(content);
  });

  test('every kind is told of', () => {
    expect(new Set(SAID.map(({ content: { kind } }) => kind))).toEqual(new Set(kinds()));
  });

  test.each<[string, unknown]>([
    ['session.status', { status: 'connected' }],
    ['messages.update', { key: KEY, update: { status: 3 } }],
    ['call', { call: { id: 'c1', from: '5215550001111@s.whatsapp.net' } }],
  ])('%s is none: nothing was said', (event, data) => {
    expect(read('wasender', wasenderWebhook(event, data)).content).toBeUndefined();
  });

  test.each(SAID.filter(({ provider }) => provider === 'wasender'))(
    '$what is of a message only where somebody said it',
    ({ body, content }) => {
      const { event } = read('wasender', body);
      expect(event.kind === 'account' && event.type === 'system').toBe(content.kind === 'system');
    },
  );

  test('long texts end where WhatsApp ends them, and no character is cut in two', () => {
    const { content } = read('meta', saidByMeta('text', { text: { body: '🙏'.repeat(70_000) } }));

    expect(content).toMatchObject({ kind: 'text', text: '🙏'.repeat(65_536) });
  });

  test('a form keeps every digit', () => {
    const response_json = '{"id":123456789012345678901234567890}';
    const reply = { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json } };
    const event = only(splitMeta(saidByMeta('interactive', { interactive: reply })));

    const content = contentOf({
      ...{ provider: 'meta', kind: 'message' },
      webhook: JSON.parse(event.payload),
    });

    expect(writeJson(content)).toContain(response_json);
  });
});

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1e308, '', 'x', '​', '{"a":', [], [[]], {}],
  ...[[null], { message: null }, { message: { message: {} } }, { value: '7', offset: 0 }],
];

/** Each way to put another value in the place of one member, at any depth. */
function* retyped(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const others = [...VALUES, ...retyped(member)];
    for (const other of others) {
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    }
  }
}

const KINDS: readonly EventKind[] = ['message', 'echo', 'history', 'account', 'status', 'call'];

describe('whatever comes', () => {
  test.each(SAID)('however malformed, has a content of some kind: $what', ({ provider, body }) => {
    for (const webhook of retyped(JSON.parse(body))) {
      for (const kind of KINDS) {
        const content = contentOf({ provider, kind, webhook });
        if (content !== undefined) contentSchema.parse(JSON.parse(writeJson(content)));
        const isMessage = ['message', 'echo', 'history'].includes(kind);
        expect(isMessage && content === undefined).toBe(false);
        besideOf({ provider, kind, webhook }, undefined);
      }
    }
  });

  test('is read without recursion, however deep it nests', () => {
    const depth = 50_000;
    const nested = (open: string, close: string) => open.repeat(depth) + close.repeat(depth);
    const bodies = [
      saidByWasender('?').replace(
        '"?"',
        nested('{"ephemeralMessage":{"message":', '}}').replace('}}', '{}}}'),
      ),
      saidByWasender('?').replace('"?"', nested('[', ']')),
      saidByWasender({
        interactiveResponseMessage: {
          nativeFlowResponseMessage: { name: 'flow', paramsJson: nested('[', ']') },
        },
      }),
    ];

    for (const body of bodies) {
      const content = contentOf({
        provider: 'wasender',
        kind: 'message',
        webhook: JSON.parse(body),
      });
      expect(writeJson(content)).toMatch(/^\{"kind":/);
    }
  });

  test('has words to be shown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SAID), ({ provider, body }) => {
        const { content } = read(provider, body);
        const words = content === undefined ? null : wordsOfContent(content);
        expect(words === null || typeof words === 'string').toBe(true);
      }),
    );
  });
});

describe('beside the content stands', () => {
  const nothing = {
    ...{ replyTo: null, forwarded: false, frequentlyForwarded: false, mentions: [] },
    ...{ referral: null, username: null },
  };
  const replyTo = (wamid: string) => ({ wamid, id: null, direction: null, kind: null, text: null });

  test.each<[string, Provider, string, object]>([
    ['nothing', 'meta', saidByMeta('text', { text: { body: 'hola' } }), {}],
    ['nothing', 'wasender', saidByWasender({ conversation: 'hola' }), {}],
    [
      'the message that it answers',
      'meta',
      saidByMeta('text', { text: { body: 'x' }, context: { from: '1', id: 'wamid.A' } }),
      { replyTo: replyTo('wamid.A') },
    ],
    [
      'the message that it answers',
      'wasender',
      saidByWasender({
        ephemeralMessage: {
          message: { extendedTextMessage: { text: 'x', contextInfo: { stanzaId: '3EB0B2' } } },
        },
      }),
      { replyTo: replyTo('3EB0B2') },
    ],
    [
      'the poll of a vote',
      'wasender',
      saidByWasender({ pollUpdateMessage: { pollCreationMessageKey: { id: '3EB0B2' } } }),
      { replyTo: replyTo('3EB0B2') },
    ],
    [
      'that it was forwarded',
      'meta',
      saidByMeta('text', { text: { body: 'x' }, context: { forwarded: true } }),
      { forwarded: true },
    ],
    [
      'that it was forwarded often',
      'meta',
      saidByMeta('text', { text: { body: 'x' }, context: { frequently_forwarded: true } }),
      { forwarded: true, frequentlyForwarded: true },
    ],
    [
      'that it was forwarded often',
      'wasender',
      saidByWasender({
        imageMessage: { contextInfo: { isForwarded: true, forwardingScore: 5 } },
      }),
      { forwarded: true, frequentlyForwarded: true },
    ],
    [
      'who is mentioned',
      'wasender',
      saidByWasender({
        extendedTextMessage: {
          text: '@1 @2',
          contextInfo: { mentionedJid: ['5215550002222@s.whatsapp.net', '20002@lid', 7] },
        },
      }),
      {
        mentions: [
          { phone: '5215550002222', userId: null, lid: null, chatId: null },
          { phone: null, userId: null, lid: '20002@lid', chatId: null },
          { phone: '7', userId: null, lid: null, chatId: null },
        ],
      },
    ],
    [
      'the ad that led here',
      'meta',
      saidByMeta('text', {
        text: { body: 'x' },
        referral: {
          ...{ source_id: '12', source_type: 'ad', source_url: 'https://fb.example/1' },
          ...{ headline: 'Tazas', body: 'Nuevas', ctwa_clid: 'CLID' },
        },
      }),
      {
        referral: {
          ...{ source: '12', type: 'ad', url: 'https://fb.example/1', headline: 'Tazas' },
          ...{ text: 'Nuevas', clickId: 'CLID' },
        },
      },
    ],
    [
      'the ad that led here',
      'wasender',
      saidByWasender({
        extendedTextMessage: {
          text: 'x',
          contextInfo: {
            externalAdReply: { title: 'Tazas', sourceType: 'ad', sourceId: '12', ctwaClid: 'CLID' },
          },
        },
      }),
      {
        referral: {
          ...{ source: '12', type: 'ad', url: null, headline: 'Tazas' },
          ...{ text: null, clickId: 'CLID' },
        },
      },
    ],
    [
      'no ad where a link has a preview',
      'wasender',
      saidByWasender({
        extendedTextMessage: {
          text: 'x',
          contextInfo: { externalAdReply: { title: 'Tazas', sourceUrl: 'https://a.example' } },
        },
      }),
      {},
    ],
  ])('%s, by %s', (_, provider, body, beside) => {
    expect(read(provider, body).beside).toEqual({ ...nothing, ...beside });
  });
});

describe('docs/events.md', () => {
  const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
  const [whole, ofSent, ...contents] = blocks;

  test('shows a whole event that is one', () => {
    expect(standardEvent.parse(whole)).toEqual(whole);
  });

  test('shows what is told of a message that was sent from here', () => {
    const event = { ...whole, ...ofSent, data: { ...whole.data, ...ofSent.data } };
    expect(standardEvent.parse(event)).toMatchObject(ofSent);
  });

  test('shows a content of every kind, as it comes', () => {
    const said = SAID.map(({ provider, body }) => read(provider, body).content);

    for (const content of contents) expect(said).toContainEqual(content);
    expect(new Set(contents.map(({ kind }) => kind))).toEqual(new Set(kinds()));
  });
});
