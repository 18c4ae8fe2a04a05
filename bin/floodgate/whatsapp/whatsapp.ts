import { printable } from '../../../lambda/shared/printable.ts';
import {
  marketingAnswer,
  peopleAnswer,
  phoneAnswer,
  readAnswer,
  writeAnswer,
} from '../../../local/whatsapp/stand-in-schemas.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import { drawPeople, drawPhone, drawWebhook, nameOf } from './draw.ts';
import { readWhatsAppOptions, type WhatsAppAction, type WhatsAppOptions } from './options.ts';
import { openStandIn, type StandInClient } from './stand-in-client.ts';

export const whatsapp = answering(readWhatsAppOptions, async (options, surroundings) => {
  const standIn = openStandIn(options.url, surroundings);
  return await actions[options.action](standIn, options);
});

type Act = (standIn: StandInClient, options: WhatsAppOptions) => Promise<Answer>;

const actions: Readonly<Record<WhatsAppAction, Act>> = {
  list: async (standIn) => {
    const json = await standIn.call('people', peopleAnswer);
    return { json, text: (stream) => drawPeople(json.people, stream) };
  },
  show: async (standIn, { who }) => {
    const json = await standIn.call(pathOf(who), phoneAnswer);
    return { json, text: (stream) => drawPhone(json.person, json.messages, stream) };
  },
  write: async (standIn, { who, writing }) => {
    const json = await standIn.call(`${pathOf(who)}/messages`, writeAnswer, writing);
    const { person, webhook, channel } = json;
    return {
      ...{ json, isOk: webhook.status === 200 },
      text: (stream) =>
        `${printable(person.name)} wrote to ${channel}. ${drawWebhook(webhook.status, stream)}\n` +
        `What they get shows npx floodgate whatsapp show ${nameOf(person)}\n`,
    };
  },
  read: async (standIn, { who }) => {
    const json = await standIn.call(`${pathOf(who)}/read`, readAnswer, {});
    const { person, read } = json;
    const messages = read === 1 ? '1 message' : `${read} messages`;
    return { json, text: () => `${printable(person.name)} read ${messages}.\n` };
  },
  stop: async (standIn, { who }) => await prefer(standIn, who, false),
  resume: async (standIn, { who }) => await prefer(standIn, who, true),
};

function pathOf(who: string): string {
  return `people/${encodeURIComponent(who)}`;
}

async function prefer(standIn: StandInClient, who: string, wanted: boolean): Promise<Answer> {
  const json = await standIn.call(`${pathOf(who)}/marketing`, marketingAnswer, { wanted });
  const { person, webhook } = json;
  const wish = wanted ? 'marketing messages again' : 'no marketing messages any more';
  return {
    ...{ json, isOk: webhook.status === 200 },
    text: (stream) =>
      `${printable(person.name)} wants ${wish}. ${drawWebhook(webhook.status, stream)}\n`,
  };
}
