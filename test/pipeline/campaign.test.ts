import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  campaignCreated,
  campaignShown,
  exportAnswer,
  type UploadForm,
  uploadForm,
} from '../../lambda/sending/campaigns/schemas.ts';
import { outgoingListAnswer } from '../../lambda/sending/messages/schemas.ts';
import { aMessage } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { metaChange } from '../support/webhooks.ts';

const CHANNEL = '900000000000100';
const OFFER = {
  channel: CHANNEL,
  variants: [{ template: 'plain_offer', language: 'en_US' }],
  map: { 1: 'first_name' },
};

const soon = { timeout: 60_000, interval: 200 };

const ledger = z.object({
  recipients: z.array(
    z.object({
      recipient: z.string(),
      messages: z.array(
        z.object({
          ...{ mark: z.nullable(z.string()), state: z.string() },
          ticks: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** A local stack with a channel, and its campaigns over `/v1`. */
async function aMarketingPipeline() {
  const pipeline = await aPipeline();
  const { url, whatsapp } = pipeline.stack;
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const channel = { id: CHANNEL, provider: 'meta', accountId: '900000000000001' };
  expect((await ask('POST', '/v1/channels', channel)).status).toBe(201);
  const created = async (file: string, wishes: object = {}) => {
    const { status, json } = await ask('POST', '/v1/campaigns', { ...OFFER, ...wishes });
    expect([status, json]).toEqual([201, expect.anything()]);
    const { campaign, upload } = campaignCreated.parse(json);
    await putUp(uploadForm.parse(upload), file);
    return campaignOf(campaign.id, ask);
  };
  return {
    ...{ pipeline, ask, created },
    checked: async (file: string, wishes: object = {}) => {
      const campaign = await created(file, wishes);
      expect((await campaign.act('check')).status).toBe(202);
      await expect.poll(campaign.state, soon).not.toBe('checking');
      return campaign;
    },
    /** What a campaign's people got, by their numbers. */
    received: async (id: string) => {
      const { recipients } = ledger.parse(
        await (await fetch(`${whatsapp.url}/stand-in/ledger`)).json(),
      );
      return recipients.flatMap(({ recipient, messages }) => {
        const theirs = messages.filter(({ mark }) => mark?.includes(id) === true);
        return theirs.length === 0 ? [] : [{ recipient, messages: theirs }];
      });
    },
    /** The state of each recipient, as an export has it. */
    exported: async (id: string) => {
      const { json } = await ask('POST', `/v1/campaigns/${id}/export`, { format: 'csv' });
      const path = `/v1/campaigns/${id}/exports/${exportAnswer.parse(json).id}`;
      const urlOf = async () => exportAnswer.parse((await ask('GET', path)).json).url;
      await expect.poll(urlOf, soon).not.toBeNull();
      const [head = '', ...lines] = (await (await fetch((await urlOf()) ?? '')).text())
        .trimEnd()
        .split('\r\n');
      const column = head.split(',').indexOf('state');
      return lines.map((line) => line.split(',')[column] ?? '');
    },
    says: async (phone: string, text: string) => {
      const person = `${whatsapp.url}/stand-in/people/${phone}/messages`;
      const body = JSON.stringify({ provider: 'meta', channel: CHANNEL, text });
      expect((await fetch(person, { method: 'POST', body })).status).toBe(200);
    },
  };
}

function campaignOf(
  id: string,
  ask: (method: string, path: string, body?: object) => Promise<Answer>,
) {
  const path = `/v1/campaigns/${id}`;
  const show = async () => campaignShown.parse((await ask('GET', path)).json);
  return {
    ...{ id, show },
    act: (action: string, body?: object) => ask('POST', `${path}/${action}`, body),
    change: (body: object) => ask('PATCH', path, body),
    replace: async (file: string) =>
      await putUp(uploadForm.parse((await ask('POST', `${path}/upload`)).json), file),
    state: async () => (await show()).campaign.state,
    figures: async () => (await show()).figures,
    faults: async () => (await show()).report?.faults.map(({ text }) => text),
  };
}

async function putUp({ url, fields }: UploadForm, file: string): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file]), 'people.csv');
  const answer = await fetch(url, { method: 'POST', body: form });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
}

/** People of the stand-in whom nothing special happens to. */
function phones(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `52155500${10_000 + 10 * n + 5}`);
}

function fileOf(numbers: readonly string[]): string {
  return ['phone,first_name', ...numbers.map((phone, n) => `+${phone},Ana ${n}`)].join('\n');
}

/** Somebody's wish is kept: the next segment sees it. */
async function isLeftOut({ rows }: Pipeline): Promise<boolean> {
  return (await rows()).some(({ pk }) => pk?.S?.startsWith('optouts.') === true);
}

describe('a campaign', { timeout: 240_000 }, () => {
  test('reaches each person once, whatever happens to it, and its figures are what they got', async () => {
    const { pipeline, checked, received, says, exported } = await aMarketingPipeline();
    // One cannot get any.
    const people = ['5215550009913', ...phones(39)];
    const [stopper = ''] = people.slice(-1);
    // One is there twice, and one number is none.
    const file = `${fileOf([...people, people[0] ?? ''])}\n12,Leo\n`;
    const campaign = await checked(file, { maxPerSecond: 10 });
    const { id, act, state, figures, show } = campaign;
    expect(await show()).toMatchObject({
      campaign: { state: 'ready', check: { recipients: 40, refused: 2, category: 'marketing' } },
      report: { refused: { doubled: 1, invalid_number: 1 }, faults: [] },
    });

    const own = '5215550099995';
    expect((await act('test', { to: `+${own}` })).status).toBe(202);
    await says(stopper, 'STOP');
    await expect.poll(() => isLeftOut(pipeline), soon).toBe(true);

    const starts = await Promise.all([act('start'), act('start')]);
    expect(starts.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await expect.poll(async () => (await received(id)).length, soon).toBeGreaterThan(4);
    expect((await act('pause', { because: 'lunch' })).status).toBe(200);
    await sleep(2000);
    const before = await received(id);
    await sleep(2000);
    expect(await received(id)).toHaveLength(before.length);
    expect(before.length).toBeLessThan(39);
    expect(await state()).toBe('paused');

    expect((await act('resume')).status).toBe(200);
    await expect.poll(state, soon).toBe('finished');
    expect((await act('resume')).status).toBe(409);
    const all = await received(id);
    expect(all.map(({ recipient }) => recipient).toSorted()).toEqual(
      people.filter((phone) => phone !== stopper).toSorted(),
    );
    expect(all.every(({ messages }) => messages.length === 1)).toBe(true);

    // Ticks come for a while yet; who reads at once has no other.
    const inLedger = async () => {
      const messages = (await received(id)).flatMap((one) => one.messages);
      const having = (...ticks: string[]) =>
        messages.filter((one) => ticks.some((tick) => tick in one.ticks)).length;
      const failed = messages.filter(({ state }) => state === 'failed').length;
      const sent = messages.length - failed;
      return { sent, delivered: having('delivered', 'read'), read: having('read'), failed };
    };
    const inFigures = async () => {
      const shown = await figures();
      return { ...shown?.reached, failed: shown?.states.failed };
    };
    const last = { sent: 38, delivered: 38, read: 38, failed: 1 };
    await expect.poll(inLedger, soon).toEqual(last);
    await expect.poll(inFigures, soon).toEqual(last);
    expect(await figures()).toMatchObject({
      ...{ recipients: 40, waiting: 0, passed: { opted_out: 1 } },
      failures: [{ code: '131026', messages: 1 }],
    });

    const states = Object.groupBy(await exported(id), (state) => state);
    expect(Object.entries(states).map(([state, all]) => [state, all?.length])).toEqual(
      expect.arrayContaining([
        ['failed', 1],
        ['left_out', 1],
        ['read', 38],
      ]),
    );
    expect(pipeline.stack.rights.refused).toEqual([]);
  });

  test('goes on with its steps, each to whom its condition holds when it is due', async () => {
    const { pipeline, ask, checked, received } = await aMarketingPipeline();
    const { stack } = pipeline;
    const step = { template: 'plain_offer', language: 'en_US', afterHours: 1 };
    const steps = [step, { ...step, condition: 'not_read' }];
    const people = phones(4);
    const { id, act, state, figures, show } = await checked(fileOf(people), { steps });
    const begun = async () => (await show()).campaign.stepsBegun;
    expect((await act('start')).status).toBe(200);
    await expect.poll(begun, soon).toBe(1);
    await expect.poll(async () => (await figures())?.reached.read, soon).toBe(4);
    expect(await state()).toBe('running');
    expect((await received(id)).map(({ messages }) => messages.length)).toEqual([1, 1, 1, 1]);

    // Somebody quotes what they got.
    const message = await ask('GET', `/v1/channels/${CHANNEL}/messages/${id}.0.3.0`);
    const context = { from: '1', id: String(Object(message.json).wamid) };
    const reply = aMessage({ id: 'wamid.reply', from: people[1] ?? '', context });
    const metadata = { display_phone_number: '1', phone_number_id: CHANNEL };
    await pipeline.post(metaChange('messages', { messages: [reply], metadata }));
    await expect.poll(async () => (await figures())?.replied, soon).toBe(1);

    stack.clock.advance(3_661_000);
    await expect.poll(begun, soon).toBe(2);
    const all = await received(id);
    // Who of them comes first is nobody's promise.
    expect(new Map(all.map(({ recipient, messages }) => [recipient, messages.length]))).toEqual(
      new Map(people.map((phone, index) => [phone, index === 1 ? 1 : 2])),
    );
    // They read that too.
    await expect.poll(async () => (await figures())?.reached.read, soon).toBe(7);
    stack.clock.advance(3_661_000);
    await expect.poll(state, soon).toBe('finished');
    expect((await figures())?.steps).toEqual([
      { step: 1, recipients: 4, waiting: 0, passed: { replied: 1 } },
      { step: 2, recipients: 3, waiting: 0, passed: { read: 3 } },
    ]);
    expect((await received(id)).flatMap(({ messages }) => messages)).toHaveLength(7);
    expect(stack.rights.refused).toEqual([]);
  });

  test('leaves it to a person what became of a message whose answer was lost', async () => {
    const { pipeline, ask, checked, received } = await aMarketingPipeline();
    // Of whom the stand-in takes nothing, and does not say so.
    const { id, act, state, figures } = await checked(fileOf(['5215550010001', ...phones(1)]));
    expect((await act('start')).status).toBe(200);
    await expect.poll(state, soon).toBe('finished');
    await expect.poll(async () => (await figures())?.states, soon).toMatchObject({ uncertain: 1 });
    expect(await received(id)).toHaveLength(1);

    const channel = `/v1/channels/${CHANNEL}`;
    const listed = outgoingListAnswer.parse((await ask('GET', `${channel}/outgoing`)).json);
    const [doubt] = listed.messages;
    const afterMinute = async () => {
      pipeline.stack.clock.advance(61_000);
      await sleep(1000);
    };
    await afterMinute();
    await afterMinute();
    const resolve = `${channel}/messages/${doubt?.id}/resolve`;
    expect((await ask('POST', resolve, { as: 'failed' })).status).toBe(200);
    await expect
      .poll(async () => (await figures())?.states, soon)
      .toMatchObject({
        ...{ uncertain: 0, failed: 1 },
      });
    expect(pipeline.stack.rights.refused).toEqual([]);
  });

  test('does not start with other people than were checked', async () => {
    const { checked, received } = await aMarketingPipeline();
    const { id, act, replace, state } = await checked(fileOf(phones(2)));
    await replace(fileOf(phones(3)));

    expect(await act('start')).toMatchObject({
      ...{ status: 409, json: { error: { message: expect.stringContaining('replaced after') } } },
    });
    expect(await state()).toBe('ready');
    expect(await received(id)).toEqual([]);
  });

  test('is refused where nothing could come of it, in words that say why', async () => {
    const { ask, checked } = await aMarketingPipeline();
    for (const [wishes, reason] of [
      [{ startAt: '2020-01-01T09:00' }, 'startAt takes a time to come'],
      [{ quiet: { from: '08:00', to: '08:00' } }, 'which is the whole day'],
      [{ timeZone: 'Mars/Olympus' }, 'timeZone takes recipient or a name'],
    ] as const) {
      expect(await ask('POST', '/v1/campaigns', { ...OFFER, ...wishes })).toMatchObject({
        ...{ status: 422, json: { error: { message: expect.stringContaining(reason) } } },
      });
    }

    const poor = await checked(fileOf(phones(1)), { budget: { amount: 0.001, currency: 'USD' } });
    expect(await poor.act('start')).toMatchObject({
      status: 422,
      json: { error: { message: expect.stringContaining('budget takes at least') } },
    });
    expect((await poor.change({ budget: { amount: 5, currency: 'EUR' } })).status).toBe(422);
    expect((await poor.change({ budget: null })).status).toBe(200);

    const files: readonly (readonly [file: string, fault: string, wishes?: object])[] = [
      ['phone,first_name\n', 'no rows'],
      ['phone,first_name\n+5215550010005,"Ana', 'quote'],
      [`phone,first_name\n+5215550010005,${'A'.repeat(1_100_000)}`, 'long'],
      ['first_name,city\nAna,Puebla', 'first_name, city'],
      [fileOf(phones(1)), 'no column surname', { map: { 1: 'surname' } }],
      [
        fileOf(phones(1)),
        'header',
        { variants: [{ template: 'spring_offer', language: 'en_US' }] },
      ],
      [fileOf(phones(1)), 'no template', { variants: [{ template: 'x', language: 'en_US' }] }],
    ];
    for (const [file, fault, wishes] of files) {
      const { act, state, faults } = await checked(file, wishes);
      expect([fault, await faults()]).toEqual([fault, [expect.stringContaining(fault)]]);
      expect([await state(), (await act('start')).status]).toEqual(['draft', 409]);
    }
  });
});
