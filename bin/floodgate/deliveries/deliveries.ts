import { dropAnswer } from '../../../lambda/delivery/subscribers/schemas.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findSubscriber, SUBSCRIBERS_PATH } from '../subscriber/find-subscriber.ts';
import type { Command } from '../terminal/command.ts';
import { DELIVERIES_HELP } from './help.ts';
import { type DeliveriesOptions, readDeliveriesOptions } from './options.ts';
import { readDeliveries, readDelivery } from './read-deliveries.ts';
import { drawDelivery, drawDropped, drawTries } from './table.ts';

export const deliveries: Command = {
  summary: 'show what was delivered to a subscriber and what failed, or drop what waits',
  help: DELIVERIES_HELP,
  run: async (args, surroundings) => {
    const options = readDeliveriesOptions(args, Date.now());
    const api = await openApi(options.choice, surroundings);
    const { id } = await findSubscriber(api, options.who);
    const { json, text } = await actions[options.action](api, id, options);
    const { stdout } = surroundings;
    stdout.write(options.isJson ? `${JSON.stringify(json)}\n` : text(stdout));
    return 0;
  },
};

interface Done {
  readonly json: object;
  readonly text: (stream: NodeJS.WritableStream) => string;
}

type Act = (api: ApiClient, subscriber: string, options: DeliveriesOptions) => Promise<Done>;

const actions: Readonly<Record<DeliveriesOptions['action'], Act>> = {
  list: async (api, subscriber, { isFailedOnly, since, limit }) => {
    const { tries, isAll } = await readDeliveries(api, subscriber, { isFailedOnly, since, limit });
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
