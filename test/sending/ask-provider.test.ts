import { describe, expect, test } from 'vitest';
import { graphSender } from '../../lambda/sending/https-graph.ts';
import type { PostOnce } from '../../lambda/sending/https-post-once.ts';
import { wasenderInfo, wasenderSender } from '../../lambda/sending/https-wasender.ts';
import { aChannel } from '../support/channels.ts';
import { anOutgoing } from '../support/outgoing.ts';

type Posted = Parameters<PostOnce>;

/** A provider that answers so, and what was posted to it. */
function provider(json: unknown, status = 200) {
  const posted: Posted[] = [];
  const post: PostOnce = async (...request) => {
    posted.push(request);
    return { kind: 'answer', status, retryAfter: undefined, json };
  };
  return { posted, post };
}

const ask = { channel: aChannel({ id: '12/3' }), mark: 'mark-1', token: 'secret' };
const authorization = 'Bearer secret';

describe('Graph', () => {
  test.each([
    ['service', 'marketing_messages', 'messages'],
    ['utility', 'marketing_messages', 'messages'],
    ['marketing', 'marketing_messages', 'marketing_messages'],
    ['marketing', 'messages', 'messages'],
  ] as const)('is asked to send a %s message of a channel with %s by %s', async (...row) => {
    const [category, marketingRoute, route] = row;
    const { posted, post } = provider({ messages: [{ id: 'wamid.1' }] });
    const channel = { ...ask.channel, marketingRoute };

    const answer = await graphSender(
      'https://graph',
      post,
    )({
      ...{ ...ask, channel, message: anOutgoing({ category }) },
    });

    expect(answer).toMatchObject({ kind: 'accepted', wamid: 'wamid.1' });
    const [url, request] = posted[0] ?? [];
    expect(url).toBe(`https://graph/12%2F3/${route}`);
    expect(request?.headers).toEqual({ authorization });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      ...{ to: '+5215550001111', biz_opaque_callback_data: 'mark-1' },
      text: { body: 'hello' },
    });
  });
});

describe('WasenderApi', () => {
  const aMessage = (body: string) => anOutgoing({ provider: 'wasender', body });

  test('is asked in its own words', async () => {
    const { posted, post } = provider({ success: true, data: { msgId: 7 } });
    const message = aMessage('{"type":"text","text":{"body":"hello"}}');

    const answer = await wasenderSender('https://api', post)({ ...ask, message });

    expect(answer).toMatchObject({ kind: 'accepted', msgId: '7' });
    expect(posted).toEqual([
      [
        'https://api/send-message',
        { headers: { authorization }, body: '{"to":"+5215550001111","text":"hello"}' },
      ],
    ]);
  });

  test.each(['{"type":"template","template":{"name":"a"}}', '[]', '{}'])(
    'is not asked for what it cannot send, and that is not tried again: %s',
    async (body) => {
      const { posted, post } = provider({});

      const answer = await wasenderSender('https://api', post)({ ...ask, message: aMessage(body) });

      expect(answer).toMatchObject({
        kind: 'refused',
        refusal: { code: 422, isTransient: false, text: expect.stringContaining('type takes no') },
      });
      expect(posted).toEqual([]);
    },
  );

  test.each([
    [{ data: { key: { id: 'ABC' } } }, 'ABC'],
    [{ data: { key: {} } }, undefined],
  ])('is asked for the id of a message by its number: %j', async (json, wamid) => {
    const { posted, post } = provider(json);

    expect(await wasenderInfo('https://api', post)('7/8', 'secret')).toBe(wamid);
    expect(posted).toEqual([['https://api/messages/7%2F8/info', { headers: { authorization } }]]);
  });
});
