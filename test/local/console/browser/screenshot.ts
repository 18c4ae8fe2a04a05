import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFloodgate } from '../../../../bin/floodgate/run-floodgate.ts';
import { campaignsAnswer } from '../../../../lambda/sending/campaigns/schemas.ts';
import { startWatchedStack } from '../../../../local/console/start-watched.ts';
import { readyOf } from '../../../../local/ready-file.ts';
import { buildAssembly } from '../../../../local/template/assembly.ts';
import { startEndpoint } from '../../../support/endpoint.ts';
import { openBrowser } from './chromium.ts';

/** Takes the picture that the README begins with: the console in the middle of a busy minute. */

const FILE = path.join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'docs',
  'images',
  'console.png',
);
const BUSY_MS = 75_000;
const MINUTE = '--contacts 200 --messages 1000 --statuses 3000 --batch 5 --rate 8 --media 5%';
const OFFER = '--template plain_offer --language en_US --map 1=first_name --max-rate 8';
const PEOPLE = 1_000;

const project = mkdtempSync(path.join(tmpdir(), 'floodgate-'));
const stack = await startWatchedStack({ assembly: await buildAssembly() }, (error) => {
  throw error;
});
mkdirSync(path.join(project, '.floodgate'));
writeFileSync(path.join(project, '.floodgate', 'local-3000.json'), JSON.stringify(readyOf(stack)));

const operator = (line: string) => {
  const { stdin, stdout, stderr } = process;
  const surroundings = { stdin, stdout, stderr, environment: {}, projectFolder: project };
  return runFloodgate(line.split(' '), surroundings);
};

const bot = await startEndpoint();
await operator(`subscriber add --name bot --url ${bot.url}`);
await operator('channel add 900000000000101 --no-token --account 900000000000001');
const people = Array.from({ length: PEOPLE }, (_, at) => `52155500${10_000 + at},Ana`);
const file = path.join(project, 'people.csv');
writeFileSync(file, ['phone,first_name', ...people].join('\n'));
await operator(`campaign create --channel 900000000000101 --recipients ${file} ${OFFER}`);
const { campaigns } = campaignsAnswer.parse(
  await (await fetch(`${stack.url}/v1/campaigns`)).json(),
);
await operator(`campaign start ${campaigns[0]?.id}`);
const sending = operator(`send ${MINUTE}`);
await sleep(BUSY_MS);

const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 600 } });
await page.goto(stack.url);
await page.getByText('All is well.').waitFor();
await sleep(3_000);
await page.screenshot({ path: FILE });
await browser.close();

await sending;
await bot[Symbol.asyncDispose]();
await stack.stop();
rmSync(project, { recursive: true });
