import { type MetaContact, type MetaUpdate, metaWriter } from './meta-updates.ts';
import { metaJson } from './provider-json.ts';
import { seededRandom } from './random.ts';
import { type ScriptOptions, writeScript } from './script.ts';

/** The business number of the traffic, as its webhooks name it. */
export const META_NUMBER = {
  display_phone_number: '15550100100',
  phone_number_id: '900000000000100',
};
export const META_ACCOUNT = '900000000000001';

/** Bodies of webhooks as Meta posts them, `batch` updates in each. */
export function metaTraffic(options: ScriptOptions, batch: number): string[] {
  const write = metaWriter(seededRandom(options.seed, 'meta'));
  const updates = writeScript(options).map(write);
  const webhooks: string[] = [];
  for (let start = 0; start < updates.length; start += batch) {
    webhooks.push(metaWebhook(updates.slice(start, start + batch)));
  }
  return webhooks;
}

/** One webhook; neighbours that belong in the same list share a change, so the order stays. */
function metaWebhook(updates: readonly MetaUpdate[]): string {
  const changes: MetaUpdate[][] = [];
  for (const update of updates) {
    const last = changes.at(-1);
    if (last?.[0]?.list === update.list) last.push(update);
    else changes.push([update]);
  }
  const entry = { id: META_ACCOUNT, changes: changes.map(change) };
  return metaJson({ object: 'whatsapp_business_account', entry: [entry] });
}

function change(updates: readonly MetaUpdate[]): object {
  const contacts = contactsOf(updates);
  const list = updates[0]?.list ?? 'messages';
  const value = {
    messaging_product: 'whatsapp',
    metadata: META_NUMBER,
    ...(contacts.length > 0 ? { contacts } : {}),
    [list]: updates.map(({ element }) => element),
  };
  return { value, field: 'messages' };
}

/** Each person once, with the phone where one of the updates shows it. */
function contactsOf(updates: readonly MetaUpdate[]): MetaContact[] {
  const contacts = new Map<string, MetaContact>();
  for (const { contact } of updates) {
    if (contact === undefined) continue;
    const known = contacts.get(contact.user_id);
    if (known?.wa_id === undefined) contacts.set(contact.user_id, contact);
  }
  return [...contacts.values()];
}
