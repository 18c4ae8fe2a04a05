import { describe, expect, test } from 'vitest';
import type { FindMessage, FoundMessage } from '../../../lambda/content/replied-message.ts';
import {
  type AttemptDeps,
  attemptDelivery,
} from '../../../lambda/delivery/deliverer/attempt-delivery.ts';
import {
  type Delivery,
  deliveryDeduplicationId,
  deliveryGroup,
  webhookId,
} from '../../../lambda/delivery/delivery.ts';
import type { Subscriber } from '../../../lambda/delivery/subscriber.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { aDelivery, aPhotoEvent, mediaEventOf, routed } from '../../support/deliveries.ts';
import { deliveryOf, fakeDelivering, NOW } from '../../support/fake-delivering.ts';
import { aSubscriber } from '../../support/subscribers.ts';
import { aMessage, metaWebhook, only, splitMeta } from '../../support/webhooks.ts';

const { signal } = new AbortController();
const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/1/bot.fifo';
const ofQueue = (overrides: Partial<Subscriber> = {}) =>
  aSubscriber({ endpoint: { kind: 'sqs', queueUrl: QUEUE_URL }, ...overrides });

async function attempt(
  subscriber: Subscriber,
  overrides: Partial<AttemptDeps> = {},
  delivery = deliveryOf('a1'),
) {
  const sent: Parameters<AttemptDeps['send']>[] = [];
  const send: AttemptDeps['send'] = async (...given) => void sent.push(given);
  const deps = { ...fakeDelivering().deliverer(), send, ...overrides };
  const secrets = { current: 'whsec_c2VjcmV0' };
  const recipient = {
    format: subscriber.format,
    clearance: async () => ({ subscriber, secrets }),
  };
  return { outcome: await attemptDelivery(delivery, recipient, signal, deps), sent };
}

function parked() {
  const { payload: _, payloadKey: __, ...event } = deliveryOf('a1').event;
  return { ...deliveryOf('a1'), event: { ...event, payloadKey: 'payloads/a1.json' } };
}

const MIB = 1024 * 1024;
const large = JSON.stringify({ text: 'x'.repeat(MIB) });

describe('a subscriber’s own queue', () => {
  test.for([true, false])('gets it in its group, ordered: %s', async (isOrdered) => {
    const { outcome, sent } = await attempt(ofQueue({ isOrdered }));

    expect(outcome).toEqual({ kind: 'delivered' });
    const delivery = deliveryOf('a1');
    expect(sent[0]?.[0]).toBe(QUEUE_URL);
    expect(sent[0]?.[2]).toEqual({
      group: deliveryGroup(delivery, isOrdered),
      deduplicationId: deliveryDeduplicationId(delivery),
    });
  });

  test('that refuses it has failed, by the name of the refusal', async () => {
    const send = async () => {
      throw new AwsRequestError('SQS', 'AccessDenied');
    };

    const { outcome } = await attempt(ofQueue(), { send });

    expect(outcome).toMatchObject({ kind: 'failed', fault: 'AccessDenied', retryAfterSeconds: 0 });
  });

  test('is not blamed for what Floodgate itself was not able to', async () => {
    const send = () => Promise.reject(new TypeError('a bug'));

    await expect(attempt(ofQueue(), { send })).rejects.toThrow('a bug');
  });

  test('gets what is too big for a message without its payload', async () => {
    const readPayload = async () => large;

    const { outcome, sent } = await attempt(ofQueue(), { readPayload }, parked());

    expect(outcome).toEqual({ kind: 'delivered' });
    expect(sent[0]?.[1].body.length).toBeLessThan(MIB);
  });

  test('still gets what such an event says', async () => {
    const payload = metaWebhook({ messages: [aMessage({ extra: 'x'.repeat(MIB) })] });
    const { payload: _, ...event } = aDelivery().event;
    const delivery = aDelivery({ event: { ...event, payloadKey: 'payloads/a1.json' } });

    const { sent } = await attempt(ofQueue(), { readPayload: async () => payload }, delivery);

    expect(JSON.parse(sent[0]?.[1].body ?? '')).toMatchObject({
      data: { payload: null, content: { kind: 'text', text: '¿Sigue disponible?' } },
    });
  });

  test('cannot get a provider’s webhook that is too big for a message', async () => {
    const readPayload = async () => large;

    const { outcome, sent } = await attempt(
      ofQueue({ format: 'provider' }),
      { readPayload },
      parked(),
    );

    expect(outcome).toEqual({ kind: 'undeliverable', fault: 'too-large' });
    expect(sent).toEqual([]);
  });
});

describe('what an event answers', () => {
  const payload = metaWebhook({ messages: [aMessage({ context: { id: 'wamid.A' } })] });
  const delivery = aDelivery({ event: routed(only(splitMeta(payload))) });
  const found: FoundMessage = {
    ...{ eventId: 'message.1', direction: 'inbound' },
    said: { kind: 'choice', text: 'Sí' },
  };

  test.each<[FoundMessage | undefined, object]>([
    [found, { id: 'message_1', direction: 'inbound', kind: 'choice', text: 'Sí' }],
    [{ direction: 'outbound' }, { id: null, direction: 'outbound', kind: null, text: null }],
    [undefined, { id: null, direction: null, kind: null, text: null }],
  ])('is told as far as it is stored: %j', async (stored, told) => {
    const asked: unknown[] = [];
    const findMessage: FindMessage = async (...given) => {
      asked.push(given);
      return stored;
    };

    const { sent } = await attempt(ofQueue(), { findMessage }, delivery);

    const { channel } = delivery.event;
    expect(asked).toEqual([
      [channel, 'wamid.A', { phone: '5215550001111', userId: expect.any(String) }],
    ]);
    expect(JSON.parse(sent[0]?.[1].body ?? '')).toMatchObject({
      data: { replyTo: { wamid: 'wamid.A', ...told } },
    });
  });

  test('is looked for where it answers one, and only for those whom it is told', async () => {
    const findMessage = () => expect.unreachable('it was looked for');

    await attempt(ofQueue(), { findMessage }, aDelivery());
    await attempt(ofQueue({ format: 'provider' }), { findMessage }, delivery);
  });
});

describe('a payload in the bucket', () => {
  test('is read for the delivery', async () => {
    const keys: string[] = [];
    const readPayload = async (key: string) => {
      keys.push(key);
      return '{"object":"whatsapp_business_account"}';
    };
    const bodies: string[] = [];
    const post: AttemptDeps['post'] = async (_, { body }) => {
      bodies.push(body);
      return { status: 204, excerpt: '', retryAfter: undefined };
    };

    const provider = aSubscriber({ format: 'provider' });
    const { outcome } = await attempt(provider, { readPayload, post }, parked());

    expect(outcome).toEqual({ kind: 'delivered', status: 204 });
    expect(keys).toEqual(['payloads/a1.json']);
    expect(bodies).toEqual(['{"object":"whatsapp_business_account"}']);
  });

  test('that is no longer there makes a provider’s webhook undeliverable', async () => {
    const { outcome } = await attempt(aSubscriber({ format: 'provider' }), {}, parked());

    expect(outcome).toEqual({ kind: 'undeliverable', fault: 'payload-gone' });
  });
});

describe('a file that is stored', () => {
  const event = mediaEventOf(routed(aPhotoEvent()));
  const hour = 3_600_000;

  async function bodiesAt(times: readonly number[], media: Partial<Delivery['event']> = {}) {
    const bodies: unknown[] = [];
    const clock = { now: NOW };
    const { linkMedia } = fakeDelivering({ clock }).deliverer();
    const post: AttemptDeps['post'] = async (_, { body }) => {
      bodies.push(JSON.parse(body));
      return { status: 500, excerpt: '', retryAfter: undefined };
    };
    const delivery = aDelivery({ event: Object.assign({}, event, media) });
    for (const time of times) {
      clock.now = time;
      await attempt(aSubscriber(), { post, linkMedia, now: () => time }, delivery);
    }
    return bodies;
  }

  test('goes with a URL of its channel, made anew for each try', async () => {
    const urls = [NOW, NOW + hour].map((at) => ({
      url: `https://s3/media/default/message.1?channel=${event.channel}&at=${at}`,
      urlExpiresAt: new Date(at + hour).toISOString(),
    }));

    const bodies = await bodiesAt([NOW, NOW + hour]);

    expect(bodies).toMatchObject(urls.map((media) => ({ type: 'media.stored', data: { media } })));
    expect(bodies).toMatchObject([{ id: webhookId({ event }) }, { id: webhookId({ event }) }]);
  });

  test('that did not come goes without one', async () => {
    const media = { eventId: event.id, settledAt: NOW, state: 'expired' } as const;
    const linkMedia = () => Promise.reject(new Error('there is no file'));

    expect(await bodiesAt([NOW], { media })).toMatchObject([{ type: 'media.failed' }]);
    const delivery = aDelivery({ event: { ...event, media } });
    const { outcome } = await attempt(aSubscriber(), { linkMedia }, delivery);
    expect(outcome).toEqual({ kind: 'delivered', status: 200 });
  });

  test('is tried again where no URL can be made, and the endpoint is not blamed', async () => {
    const linkMedia = () => Promise.reject(new Error('no credentials'));

    await expect(attempt(aSubscriber(), { linkMedia }, aDelivery({ event }))).rejects.toThrow(
      'no credentials',
    );
  });
});
