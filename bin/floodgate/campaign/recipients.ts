import {
  type RecipientAnswer,
  recipientAnswer,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import type { ApiRequest } from '../stack/api-client.ts';
import { pathOf, type Work } from './work.ts';

/** Puts somebody into a triggered campaign. */
export async function addRecipient(work: Work): Promise<number> {
  const { id, recipient } = work.options;
  return await asked(work, { method: 'POST', path: pathOf(id, '/recipients'), body: recipient });
}

/** Takes somebody out of it. */
export async function removeRecipient(work: Work): Promise<number> {
  return await asked(work, { method: 'DELETE', path: pathOfKey(work) });
}

/** Shows how far somebody is. */
export async function showRecipient(work: Work): Promise<number> {
  return await asked(work, { method: 'GET', path: pathOfKey(work) });
}

function pathOfKey({ options: { id, key } }: Work): string {
  return pathOf(id, `/recipients/${encodeURIComponent(key)}`);
}

async function asked({ api, options, stdout }: Work, request: ApiRequest): Promise<number> {
  const one = await api.call(request, recipientAnswer);
  stdout.write(options.isJson ? `${JSON.stringify(one)}\n` : drawRecipient(one));
  return 0;
}

/** A sentence, and a line for each message whose turn has come. */
function drawRecipient(one: RecipientAnswer): string {
  const { key, to, because, step, dueAt, messages } = one;
  const which = step === 0 ? 'the first message' : `step ${step}`;
  const how = dueAt === null ? `gets no more: ${because}` : `waits for ${which}, due ${dueAt}`;
  return [`${printable(key)} to ${to} ${how}.`, ...messages, ''].join('\n');
}
