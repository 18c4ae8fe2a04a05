import type { Step, Variant } from '../../campaigns/campaign.ts';
import { readTemplate, type Template } from '../../campaigns/templates/template.ts';
import type { Ask } from '../../channels/ask.ts';
import { listAt, wordAt } from '../../channels/finding.ts';

/** What the provider says of a template, or why it cannot be sent. */
export type FoundTemplate =
  | { readonly ok: true; readonly template: Template; readonly isFresh: boolean }
  | { readonly ok: false; readonly reason: string };

const FIELDS = [
  ...['id', 'name', 'language', 'status', 'category', 'sub_category', 'parameter_format'],
  ...['components', 'bid_spec', 'last_updated_time'],
];

/** For so long after a change Meta may not know of it everywhere. */
const SYNC_MS = 10 * 60_000;

/** Asks for one template of an account. Rejects with what `ask` does. @param nowMs in ms since 1970 */
export async function findTemplate(
  account: string,
  { template: name, language }: Pick<Variant | Step, 'template' | 'language'>,
  ask: Ask,
  nowMs: number,
): Promise<FoundTemplate> {
  const query = new URLSearchParams({ name, fields: FIELDS.join(','), limit: '100' });
  const { status, json } = await ask(`/${account}/message_templates?${query}`);
  if (status !== 200) {
    const why = wordAt(json, 'error', 'message') || `it answers ${status}`;
    return { ok: false, reason: `Meta shows no templates of the account ${account}: ${why}` };
  }
  const named = listAt(json, 'data').filter((one) => wordAt(one, 'name') === name);
  const found = named.find((one) => wordAt(one, 'language') === language);
  if (found === undefined) return { ok: false, reason: missing(name, language, named) };
  const template = readTemplate(found);
  if (template === undefined) {
    return { ok: false, reason: `what Meta says of the template ${name} cannot be read` };
  }
  if (template.status !== 'APPROVED') {
    const reason = `the template ${name} (${language}) is ${template.status}, and not approved`;
    return { ok: false, reason };
  }
  const changedAt = Date.parse(wordAt(found, 'last_updated_time'));
  return { ok: true, template, isFresh: nowMs - changedAt < SYNC_MS };
}

function missing(name: string, language: string, named: readonly unknown[]): string {
  const languages = named.map((one) => wordAt(one, 'language')).join(', ');
  return languages === ''
    ? `the account has no template ${name}`
    : `the template ${name} is not there in ${language}, but in ${languages}`;
}
