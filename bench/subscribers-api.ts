import * as z from 'zod/mini';

/** A subscriber as it is added. */
interface Addition {
  readonly name: string;
  readonly url: string;
  readonly channel: string;
}

/** Manages subscribers of a local stack, with the queues that they have. */
export interface SubscribersApi {
  /** Resolves with its id. */
  readonly add: (subscriber: Addition) => Promise<string>;
  readonly pointTo: (id: string, url: string) => Promise<void>;
  readonly pause: (id: string) => Promise<void>;
  readonly resume: (id: string) => Promise<void>;
  /** Deliveries that its queue holds. */
  readonly waiting: (id: string) => Promise<number>;
  readonly remove: (id: string) => Promise<void>;
}

const addedSchema = z.object({ subscriber: z.object({ id: z.string() }) });
const shownSchema = z.object({ waiting: z.number() });

export function subscribersApi({ url: stackUrl }: { readonly url: string }): SubscribersApi {
  async function call(method: string, path = '', body?: object): Promise<unknown> {
    const request = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${stackUrl}/v1/subscribers${path}`, request);
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} of subscribers was answered ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    add: async ({ name, url, channel }) => {
      const input = { name, endpoint: { kind: 'https', url }, filter: { channels: [channel] } };
      return addedSchema.parse(await call('POST', '', input)).subscriber.id;
    },
    pointTo: async (id, url) => {
      await call('PATCH', `/${id}`, { endpoint: { kind: 'https', url } });
    },
    pause: async (id) => void (await call('POST', `/${id}/pause`)),
    resume: async (id) => void (await call('POST', `/${id}/resume`)),
    waiting: async (id) => shownSchema.parse(await call('GET', `/${id}`)).waiting,
    remove: async (id) => void (await call('DELETE', `/${id}`)),
  };
}
