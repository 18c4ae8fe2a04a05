import type { Narrowed } from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import type { OwnershipDeps } from '../../channels/tenancy.ts';
import { NO_ROWS } from '../../table/no-rows.ts';
import { isSameQueue } from '../queue-names.ts';
import type { Subscriber } from '../subscriber.ts';
import type { StoredSubscriber } from '../subscriber-table.ts';
import type { CheckQueueDeps } from './check-queue.ts';
import { type ManageDeps, unknown } from './manage.ts';
import type { WaitingAnswerDeps } from './waiting-answers.ts';

export interface NarrowDeps
  extends OwnershipDeps,
    Pick<ManageDeps, 'table' | 'tenant'>,
    Pick<CheckQueueDeps, 'queueOwner'>,
    Pick<WaitingAnswerDeps, 'person'> {}

/**
 * Leaves the subscribers of one tenant. Whichever others a request is about are not there, before anything
 * is done: so are those that cannot be read, of which nobody knows whose they are.
 */
export async function narrow<Deps extends NarrowDeps>(
  tenant: string,
  { path }: HttpRequest,
  deps: Deps,
  signal: AbortSignal,
): Promise<Narrowed<Deps>> {
  const { table } = deps;
  const { id } = path;
  const isTheirs = ({ subscriber }: Pick<StoredSubscriber, 'subscriber'>) =>
    subscriber.tenant === tenant;
  if (id !== undefined) {
    const found = await table.find(id, signal);
    if (found?.subscriber?.tenant !== tenant) return { ok: false, answer: unknown(id) };
  }
  const list: typeof table.list = async (until) => {
    const { subscribers } = await table.list(until);
    return { subscribers: subscribers.filter(isTheirs), unreadable: [] };
  };
  const queueOwner: NarrowDeps['queueOwner'] = async (queueUrl, until) => {
    const { subscribers, unreadable } = await table.list(until);
    const others = subscribers.filter((one) => !isTheirs(one));
    if (others.some(({ subscriber }) => isSentTo(queueUrl, subscriber))) return 'another tenant';
    return unreadable.length === 0 ? 'nobody else' : 'unknown';
  };
  const seen = { tenant, table: { ...table, list }, queueOwner, person: personOf(tenant, deps) };
  return { ok: true, deps: { ...deps, ...seen } };
}

function isSentTo(queueUrl: string, { endpoint }: Subscriber): boolean {
  return endpoint.kind === 'sqs' && isSameQueue(endpoint.queueUrl, queueUrl);
}

/** Nobody has other names on a channel of another tenant's. */
function personOf(tenant: string, { person, ownership }: NarrowDeps): NarrowDeps['person'] {
  return (signal) => ({
    table: {
      linksOf: async (channel, name) => {
        const isTheirs = await ownership(signal);
        const seen = isTheirs(tenant, channel) === true ? person(signal).table : NO_ROWS;
        return await seen.linksOf(channel, name);
      },
    },
  });
}
