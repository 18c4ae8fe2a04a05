import { expect } from 'vitest';
import { campaignTable } from '../../lambda/campaigns/campaign-table.ts';
import { campaignCreated, uploadForm } from '../../lambda/sending/campaigns/schemas.ts';
import { CAMPAIGNS_PARTITION, campaignPartition, cursorSortKey } from '../../lambda/table/keys.ts';
import { textValue } from '../../lambda/table/update-expression.ts';
import { rowKey } from '../../lambda/table/writes.ts';
import { BUSINESS } from '../../local/whatsapp/business.ts';
import { aCampaign } from '../support/campaigns.ts';
import { aMessage } from '../support/just-sent.ts';
import { metaChange } from '../support/webhooks.ts';
import { PERSON } from './personal-webhooks.ts';
import { denied, passTime, refusesUntil, says, type WatchedStack } from './watched-stack.ts';

/** A number of the stand-in's, with one lane. */
const CHANNEL = '900000000000102';
const PHONES = Array.from({ length: 12 }, (_, n) => `52199855504${n + 10}`);
const NAME = 'Leocadia Zárraga';
/** What a spreadsheet makes of a number. */
const MANGLED = '5.2199855504E+12';
const OPTING_OUT = '5219985550431';

const patience = { timeout: 30_000 };
const never = new AbortController().signal;

type Post = (body: string) => Promise<number>;

/** Has campaigns checked, refused, sent, stopped and forgotten about. */
export async function sendCampaign(watched: WatchedStack, postMeta: Post): Promise<void> {
  for (const one of [...PHONES, NAME, MANGLED, OPTING_OUT]) watched.secret.add(one);
  const channel = { id: CHANNEL, provider: 'meta', accountId: BUSINESS.account };
  await ask(watched, 'POST', 'channels', { ...channel, messagesPerSecond: 20 });
  const people = PHONES.map((phone) => `+${phone},${NAME}`);
  const sent = await checkOverFaults(watched, people);
  await refuse(watched);
  await stopBy(watched, sent, postMeta);
  await leaveToTheTicker(watched);
  await optOut(watched, postMeta);
  await putIn(watched);
}

/** What cannot be read, and what cannot be checked until the tokens are there. */
async function checkOverFaults(watched: WatchedStack, people: string[]): Promise<string> {
  const { stack } = watched;
  const id = await create(watched, people);
  const poison = { groupId: 'poison', deduplicationId: 'poison', body: `{"name":"${NAME}"}` };
  stack.queue('campaignsChecks').send(poison, stack.clock.now());
  stack.faults.ssm = () => denied;
  const complaint = 'Check comes again late';
  stack.faults.sqs = refusesUntil(watched, complaint, 'ChangeMessageVisibilityBatch');
  await ask(watched, 'POST', `campaigns/${id}/check`);
  await passTime(watched, () => says(watched, complaint));
  stack.faults.sqs = undefined;
  stack.faults.ssm = undefined;
  await passTime(watched, () => says(watched, '"CampaignReady"'));
  return id;
}

async function refuse(watched: WatchedStack): Promise<void> {
  const id = await create(watched, [`${MANGLED},${NAME}`]);
  await ask(watched, 'POST', `campaigns/${id}/check`);
  await expect.poll(() => says(watched, '"CampaignRefused"'), patience).toBe(true);
  await ask(watched, 'POST', `campaigns/${id}/start`, undefined, 409);
}

/** Its template is paused while it runs. */
async function stopBy(watched: WatchedStack, id: string, postMeta: Post): Promise<void> {
  await ask(watched, 'POST', `campaigns/${id}/test`, { to: `${PERSON.phone} ${NAME}` }, 400);
  await ask(watched, 'POST', `campaigns/${id}/start`);
  const news = { event: 'PAUSED', message_template_name: 'plain_offer' };
  const language = { message_template_language: 'en_US', message_template_id: 1 };
  const change = { field: 'message_template_status_update', value: { ...news, ...language } };
  const time = Math.floor(watched.stack.clock.now() / 1000);
  const entry = [{ id: BUSINESS.account, time, changes: [change] }];
  const object = 'whatsapp_business_account';
  expect(await postMeta(JSON.stringify({ object, entry }))).toBe(200);
  await expect.poll(() => says(watched, '"CampaignStoppedItself"'), patience).toBe(true);
}

/** One that nobody sends, one that cannot be read, and one of which it cannot be read how far it is. */
async function leaveToTheTicker(watched: WatchedStack): Promise<void> {
  const { stack, dynamodb } = watched;
  const table = campaignTable(dynamodb, stack.table);
  const [unsent, lost] = ['cmp_unsent', 'cmp_lost'];
  for (const id of [unsent, lost]) {
    const running = aCampaign({ id, channel: CHANNEL, state: 'running' });
    expect(await table.add(running, never)).toBe(true);
  }
  const rows = [
    { ...rowKey(CAMPAIGNS_PARTITION, 'cmp_unreadable'), config: textValue(PERSON.text) },
    { ...rowKey(campaignPartition(lost), cursorSortKey(0, 'all')), cursor: textValue(NAME) },
  ];
  for (const Item of rows) await dynamodb('PutItem', { TableName: stack.table, Item }, never);
  const said = ['"CampaignsStalled"', 'Campaign not readable', 'Campaign not looked after'];
  await passTime(watched, () => said.every((words) => says(watched, words)));
}

/** Of a channel whose row cannot be read: nobody knows for whom it is meant. */
async function optOut(watched: WatchedStack, postMeta: Post): Promise<void> {
  const message = aMessage({ id: 'wamid.stop', from: OPTING_OUT, text: { body: 'STOP' } });
  const metadata = { display_phone_number: '1', phone_number_id: 'unreadable' };
  const body = metaChange('messages', { messages: [message], metadata });
  expect(await postMeta(body)).toBe(200);
  const leftOut = 'Opt-out of an unreadable channel left out';
  await expect.poll(() => says(watched, leftOut), patience).toBe(true);
}

/** By software, into a campaign that has no file. */
async function putIn(watched: WatchedStack): Promise<void> {
  const variants = [{ template: 'plain_offer', language: 'en_US' }];
  const draft = { channel: CHANNEL, triggered: true, variants };
  const { text } = await ask(watched, 'POST', 'campaigns', draft);
  const path = `campaigns/${campaignCreated.parse(JSON.parse(text)).campaign.id}`;
  await ask(watched, 'POST', `${path}/check`);
  const state = async () => (await ask(watched, 'GET', path)).text.includes('"state":"ready"');
  await expect.poll(state, patience).toBe(true);
  await ask(watched, 'POST', `${path}/start`);
  const [first = '', second = ''] = PHONES;
  const who = { key: first, to: `+${first}`, parameters: { 1: NAME } };
  await ask(watched, 'POST', `${path}/recipients`, who);
  await ask(watched, 'POST', `${path}/recipients`, { ...who, to: `+${second}` }, 409);
  await ask(watched, 'POST', `${path}/recipients`, { ...who, key: 'odd', to: NAME }, 400);
  await ask(watched, 'POST', `${path}/recipients`, { ...who, key: 'odd', parameters: {} }, 400);
  await ask(watched, 'GET', `${path}/recipients/${second}`, undefined, 404);
  await ask(watched, 'DELETE', `${path}/recipients/${first}`);
}

async function create(watched: WatchedStack, rows: readonly string[]): Promise<string> {
  const variants = [{ template: 'plain_offer', language: 'en_US' }];
  const draft = { channel: CHANNEL, maxPerSecond: 2, map: { 1: 'name' }, variants };
  const { text } = await ask(watched, 'POST', 'campaigns', draft);
  const { campaign, ...made } = campaignCreated.parse(JSON.parse(text));
  const upload = uploadForm.parse(made.upload);
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append('file', new Blob([['phone,name', ...rows].join('\n')]), 'people.csv');
  expect((await fetch(upload.url, { method: 'POST', body: form })).status).toBe(204);
  return campaign.id;
}

/** Asks as a user does, and keeps by what words it is refused. */
async function ask(
  { stack, written }: WatchedStack,
  method: string,
  path: string,
  body?: object,
  refusal?: number,
) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${stack.url}/v1/${path}`, { method, ...sent });
  const text = await answer.text();
  expect([answer.ok ? undefined : answer.status, text]).toEqual([refusal, expect.anything()]);
  if (!answer.ok) written.push(text);
  return { text };
}
