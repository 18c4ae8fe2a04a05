import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { campaignRows } from '../../../lambda/campaigns/campaign-rows-table.ts';
import { cursorTable } from '../../../lambda/campaigns/cursor-table.ts';
import {
  writeCheckRequest,
  writeExportRequest,
  writeRetryRequest,
  writeStepRequest,
} from '../../../lambda/sending/check-request.ts';
import { s3Exports } from '../../../lambda/sending/checker/s3-exports.ts';
import { settleChecks } from '../../../lambda/sending/checker/settle-checks.ts';
import { requestCheck } from '../../../lambda/sending/sqs-checks.ts';
import { s3SdkClient } from '../../../lambda/shared/aws/s3-client.ts';
import { unqueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { awsService } from '../../support/aws-service.ts';
import { CAMPAIGN_ID } from '../../support/campaigns.ts';
import { aCheckWorld, BUCKET, CHECK } from './check-world.ts';

const emulator = await anEventTable();
const objects = await anObjectStore(BUCKET);

let world: Awaited<ReturnType<typeof aCheckWorld>>;
beforeEach(async () => {
  world = await aCheckWorld(emulator, objects);
});
afterEach(() => world.close());

const FILE = 'phone,name,image,path\n525512345678,Ana,https://a.example/a,b\n';
const BODY = writeCheckRequest({ campaign: CAMPAIGN_ID, check: CHECK });

function aMessage(body: string, receiveCount = 1) {
  return { ...unqueuedMessage('m', body), receiveCount };
}

const s3 = awsService('s3', objects.url);
const cursors = cursorTable(emulator.dynamodb, emulator.tableName);
const exporting = {
  ...campaignRows(emulator.dynamodb, emulator.tableName),
  ...s3Exports(s3SdkClient(s3, { attempts: 1, timeoutMs: 5000 }), BUCKET),
  readCursors: (campaign: string, signal: AbortSignal) => cursors.read(campaign, undefined, signal),
};

function settling() {
  const counted: string[] = [];
  const delayReturns = vi.fn(async () => undefined);
  const warn = vi.fn();
  const deps = {
    ...{ ...world.deps, exporting, delayReturns, warn, lateSignal: () => world.signal },
    marks: { put: async () => undefined },
    wake: async () => undefined,
    stopped: () => undefined,
    count: (metric: string) => void counted.push(metric),
  };
  return { counted, delayReturns, warn, deps };
}

test('a check that came to its end is over', async () => {
  await world.ask(FILE);
  const { deps, counted } = settling();

  expect(await settleChecks([aMessage(BODY)], world.signal, deps)).toEqual([]);
  expect(counted).toEqual(['CampaignReady']);
  expect(await world.campaign()).toMatchObject({ state: 'ready' });
});

test('a check in whose way something stands comes again in a minute, and leaves the campaign as it is', async () => {
  await world.ask(FILE);
  const { deps, counted, delayReturns, warn } = settling();
  const optedOut = () => Promise.reject(new Error('the table is away'));
  const message = aMessage(BODY);

  expect(await settleChecks([message], world.signal, { ...deps, optedOut })).toEqual([message]);
  expect(delayReturns).toHaveBeenCalledWith([{ message, delaySeconds: 60 }]);
  expect(counted).toEqual(['CampaignCheckFailed']);
  expect(await world.campaign()).toMatchObject({ state: 'checking' });
  expect(JSON.stringify(warn.mock.calls)).not.toContain('the table is away');
});

test('a check is given up with its last try', async () => {
  await world.ask(FILE);
  const { deps } = settling();
  const optedOut = () => Promise.reject(new Error('the table is away'));
  const message = aMessage(BODY, 4);

  expect(await settleChecks([message], world.signal, { ...deps, optedOut })).toEqual([message]);
  expect(await world.campaign()).toMatchObject({
    state: 'draft',
    because: expect.stringContaining('could not be done'),
  });
});

test('an export is stored under the name that it was asked for by, and once more where it is again', async () => {
  await world.ask(FILE);
  await world.check();
  const { deps, counted } = settling();
  const id = 'AAAAAAAAAAAAAAAAAAAAAA.ndjson';
  const body = writeExportRequest({ campaign: CAMPAIGN_ID, export: id });

  for (const message of [aMessage(body), aMessage(body, 2)]) {
    expect(await settleChecks([message], world.signal, deps)).toEqual([]);
    const file = await objects.get(`${BUCKET}/campaigns/${CAMPAIGN_ID}/exports/${id}`);
    const lines = file?.toString().trimEnd().split('\n') ?? [];
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { row: 2, recipient: '525512345678', state: 'waiting', template: 'spring_offer' },
    ]);
  }
  expect(counted).toEqual([]);
});

test('an export in whose way something stands comes again, and the campaign stays as it is', async () => {
  await world.ask(FILE);
  await world.check();
  const { deps, warn } = settling();
  const put = () => Promise.reject(new Error('S3 is away'));
  const request = { campaign: CAMPAIGN_ID, export: 'AAAAAAAAAAAAAAAAAAAAAA.csv' };
  const message = aMessage(writeExportRequest(request), 4);
  const failing = { ...deps, exporting: { ...exporting, put } };

  expect(await settleChecks([message], world.signal, failing)).toEqual([message]);
  expect(warn).toHaveBeenCalledWith('Campaign not exported', expect.anything());
  expect(await world.campaign()).toMatchObject({ state: 'ready' });
});

test('an export is written again where somebody was forgotten meanwhile, who may be in it', async () => {
  await world.ask(FILE);
  await world.check();
  const { deps } = settling();
  const request = { campaign: CAMPAIGN_ID, export: 'AAAAAAAAAAAAAAAAAAAAAA.csv' };
  const message = aMessage(writeExportRequest(request));
  const put: typeof exporting.put = async (...file) => {
    await exporting.put(...file);
    const stored = await world.campaigns.get(CAMPAIGN_ID, world.signal);
    if (stored === undefined) throw new Error('no campaign');
    await world.campaigns.update(stored, { ...stored.campaign, forgotAt: 1 }, world.signal);
  };
  const meanwhile = { ...deps, exporting: { ...exporting, put } };

  expect(await settleChecks([message], world.signal, meanwhile)).toEqual([message]);
  expect(await settleChecks([message], world.signal, deps)).toEqual([]);
});

test('an export of parts that are gone is tried once, and raises no alarm', async () => {
  await world.ask(FILE);
  await world.check();
  const parts = (await objects.keys(BUCKET)).filter((key) => key.startsWith('campaigns/'));
  for (const key of parts) await objects.remove(`${BUCKET}/${key}`);
  const { deps, warn } = settling();
  const request = { campaign: CAMPAIGN_ID, export: 'AAAAAAAAAAAAAAAAAAAAAA.csv' };

  expect(await settleChecks([aMessage(writeExportRequest(request))], world.signal, deps)).toEqual(
    [],
  );
  expect(warn).toHaveBeenCalledWith('Campaign not exported', {
    ...{ campaign: CAMPAIGN_ID, fault: 'NoSuchKey', isLast: true },
  });
});

test('what nobody understands is set aside, one of a later release too', async () => {
  const { deps } = settling();
  const odd = [aMessage('no'), aMessage('{"v":1}'), aMessage('{"v":9}')];

  expect(await settleChecks(odd, world.signal, deps)).toEqual(odd);
});

test('a check is asked for once, whoever asks again', async () => {
  const calls: unknown[] = [];
  const request = requestCheck(async (...call) => void calls.push(call), 'https://queue');
  await request(CAMPAIGN_ID, CHECK, world.signal);

  const input = {
    ...{ QueueUrl: 'https://queue', MessageBody: BODY },
    ...{ MessageGroupId: CAMPAIGN_ID, MessageDeduplicationId: CHECK },
  };
  expect(calls).toEqual([['SendMessage', input, world.signal]]);
});

test.each([
  ['a step', writeStepRequest({ campaign: CAMPAIGN_ID, step: 1 })],
  ['failures', writeRetryRequest({ campaign: CAMPAIGN_ID, retry: 'again' })],
])('a request for %s of a campaign that wants none is done with', async (_, body) => {
  await world.ask(FILE);
  const { deps, counted } = settling();

  expect(await settleChecks([aMessage(body)], world.signal, deps)).toEqual([]);
  expect(counted).toEqual([]);
  expect(await world.campaign()).toMatchObject({ state: 'checking' });
});

test('failures are given up with the last try to look for them', async () => {
  const retry = { number: 1, name: 'again', withUncertain: false, at: 1, by: 'role/marketing' };
  await world.ask(FILE, { retry });
  const { deps, warn } = settling();
  const readChannel = () => Promise.reject(new Error('the table is away'));
  const body = writeRetryRequest({ campaign: CAMPAIGN_ID, retry: 'again' });

  await settleChecks([aMessage(body, 4)], world.signal, { ...deps, readChannel });

  expect((await world.campaign())?.retry?.because).toContain('try it again later');
  expect(warn).toHaveBeenCalledWith('Failures not offered again', {
    ...{ campaign: CAMPAIGN_ID, fault: 'Error', isLast: true },
  });
});

test('a check that can be neither done nor put off comes again by itself', async () => {
  await world.ask(FILE);
  const { deps, warn } = settling();
  const away = () => Promise.reject(new Error('away'));
  const message = aMessage(BODY);

  const returned = await settleChecks([message], world.signal, {
    ...{ ...deps, optedOut: away, delayReturns: away },
  });

  expect(returned).toEqual([message]);
  expect(warn).toHaveBeenCalledWith('Check comes again late', {
    ...{ campaign: CAMPAIGN_ID, fault: 'Error' },
  });
});

test('an export by an id that none has is done with', async () => {
  await world.ask(FILE);
  const { deps } = settling();
  const body = writeExportRequest({ campaign: CAMPAIGN_ID, export: '../another.csv' });

  expect(await settleChecks([aMessage(body)], world.signal, deps)).toEqual([]);
  expect((await objects.keys(BUCKET)).filter((key) => key.includes('another'))).toEqual([]);
});
