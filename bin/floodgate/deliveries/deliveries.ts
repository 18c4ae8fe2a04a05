import { dropAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findSubscriber, SUBSCRIBERS_PATH } from '../subscriber/find-subscriber.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import { drawDelivery, drawDropped, drawTries } from './draw.ts';
import { type DeliveriesOptions, readDeliveriesOptions } from './options.ts';
import { readDeliveries, readDelivery, withNextTries } from './read-deliveries.ts';

export const deliveries = answering(readDeliveriesOptions, async (options, surroundings) => {
  const api = await openApi(options.choice, surroundings);
  const { id } = await findSubscriber(api, options.who);
  return await actions[options.action](api, id, options);
});

type Act = (api: ApiClient, subscriber: string, options: DeliveriesOptions) => Promise<Answer>;

const actions: Readonly<Record<DeliveriesOptions['action'], Act>> = {
  list: async (api, subscriber, { isFailedOnly, since, limit }) => {
    const read = await readDeliveries(api, subscriber, { isFailedOnly, since, limit });
    const { isAll } = read;
    const tries = await withNextTries(api, subscriber, read.tries);
    return {
      json: { subscriber, deliveries: tries, isAll },
      text: (stream) => drawTries(tries, isAll, stream),
    };
  },
  show: async (api, subscriber, options) => {
    const shown = await readDelivery(api, subscriber, options.eventId);
    return { json: { subscriber, ...shown }, text: (stream) => drawDelivery(shown, stream) };
  },
  drop: async (api, subscriber, { drop: body }) => {
    const path = `${SUBSCRIBERS_PATH}/${subscriber}/drops`;
    const dropped = await api.call({ method: 'POST', path, body }, dropAnswer);
    return { json: { subscriber, ...dropped }, text: () => drawDropped(dropped) };
  },
};
