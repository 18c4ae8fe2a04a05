import * as z from 'zod/mini';
import { askJson } from './ask-json.ts';

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
  const call = (method: string, path = '', body?: object) =>
    askJson(method, `${stackUrl}/v1/subscribers${path}`, body);

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
