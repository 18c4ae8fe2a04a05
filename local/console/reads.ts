import type * as z from 'zod/mini';
import { ALL as CAMPAIGNS_PATH, readCampaign } from '../../bin/floodgate/campaign/work.ts';
import { readDeliveries } from '../../bin/floodgate/deliveries/read-deliveries.ts';
import { listSubscribers } from '../../bin/floodgate/subscriber/find-subscriber.ts';
import { channelsAnswer } from '../../lambda/channels/managing/schemas.ts';
import { contactAnswer, timelineAnswer } from '../../lambda/reading/schemas.ts';
import { campaignsAnswer } from '../../lambda/sending/campaigns/schemas.ts';
import { sideBySide } from '../../lambda/shared/queue/side-by-side.ts';
import { peopleAnswer, phoneAnswer } from '../whatsapp/stand-in-schemas.ts';
import type { Reads, SubscriberLine } from './answers.ts';
import { readDashboard } from './dashboard.ts';
import type { Desk } from './desk.ts';
import { eventsSince, openEvent, recentContacts, traceEvent } from './events.ts';
import { letterOf, lettersOf } from './letters.ts';
import { localOnly } from './local-only.ts';
import { readOverview } from './overview.ts';

/** Gets what stands in the query of a request. Throws `UsageError` where it is not there. */
type Asked = (name: string) => string;

type ReadOf<Name extends keyof Reads> = (desk: Desk, asked: Asked) => Promise<Reads[Name]>;

/** What the page may read. */
export const READS: { readonly [Name in keyof Reads]: ReadOf<Name> } = {
  overview: readOverview,
  events: async (desk, asked) => eventsSince(desk.feed(), Number(asked('after'))),
  event: (desk, asked) => openEvent(desk, asked('id')),
  trace: (desk, asked) => traceEvent(desk, asked('id')),
  contacts: async (desk) => ({ contacts: recentContacts(desk.feed()) }),
  conversation: readConversation,
  campaigns: ({ api }) => api.call({ method: 'GET', path: CAMPAIGNS_PATH }, campaignsAnswer),
  campaign: ({ api }, asked) => readCampaign(api, asked('id')),
  channels: ({ api }) => api.call({ method: 'GET', path: CHANNELS_PATH }, channelsAnswer),
  subscribers: async ({ api }) => {
    const { subscribers, unreadable } = await listSubscribers(api);
    const latest = { isFailedOnly: false, since: undefined, limit: LAST_TRIES };
    const last = new Map<string, SubscriberLine['last']>();
    await sideBySide(subscribers, AT_ONCE, async ({ id }) => {
      last.set(id, (await readDeliveries(api, id, latest)).tries);
    });
    const lines = subscribers.map((one) => ({ ...one, last: last.get(one.id) ?? [] }));
    return { subscribers: lines, unreadable };
  },
  letters: (desk) => lettersOf(desk.stack),
  letter: (desk, asked) => letterOf(desk.stack, asked('id')),
  phones: (desk) => localOnly(desk).standIn.call('people', peopleAnswer),
  phone: readPhone,
  dashboard: (desk) => readDashboard(desk),
};

/** Whoever wrote nothing yet, and got nothing, has a phone all the same. */
async function readPhone(desk: Desk, asked: Asked): Promise<Reads['phone']> {
  const { standIn } = localOnly(desk);
  const who = asked('who');
  const { people } = await standIn.call('people', peopleAnswer);
  const isKnown = people.some(({ phone, userId }) => phone === who || userId === who);
  if (!isKnown) return { person: null, messages: [] };
  return await standIn.call(`people/${encodeURIComponent(who)}`, phoneAnswer);
}

export const CHANNELS_PATH = '/v1/channels';
const LAST_TRIES = 20;
/** Each is a function at work, of which a new account has ten, and webhooks want them too. */
const AT_ONCE = 2;
const PAGE = 40;

async function readConversation({ api }: Desk, asked: Asked): Promise<Reads['conversation']> {
  const [channel, contact, cursor] = [asked('channel'), asked('contact'), asked('cursor')];
  const path = contactPath(channel, contact);
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== '' && { cursor }) });
  const get = <Schema extends z.ZodMiniType>(at: string, schema: Schema) =>
    api.call({ method: 'GET', path: at }, schema);
  const [known, timeline, { channels }] = await Promise.all([
    get(path, contactAnswer),
    get(`${path}/timeline?${query}`, timelineAnswer),
    get(CHANNELS_PATH, channelsAnswer),
  ]);
  return {
    contact: known,
    // The page shows what was said; the payload is shown by the event that it is of.
    entries: timeline.entries.map(({ payload: _, ...entry }) => entry),
    nextCursor: timeline.nextCursor,
    channel: channels.find(({ id }) => id === channel) ?? null,
  };
}

export function contactPath(channel: string, contact: string): string {
  return `/v1/channels/${encodeURIComponent(channel)}/contacts/${encodeURIComponent(contact)}`;
}
