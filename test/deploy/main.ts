// biome-ignore-all lint/style/noProcessEnv: an entry point, which hands the environment on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { openAws } from './aws.ts';
import { type Cdk, cdkFor } from './cdk.ts';
import {
  aWebhook,
  checkChangedSetting,
  checkDevelopmentGoes,
  checkNothingToDo,
  checkProductionRetains,
} from './change-checks.ts';
import { endAll } from './children.ts';
import { fillIn } from './deployment.ts';
import { type Emulator, givenEmulator, Unavailable } from './emulator.ts';
import { installMiniStack, startMiniStack } from './ministack.ts';
import { checkObjects } from './object-checks.ts';
import { checkAuthorization, checkReading } from './read-checks.ts';
import { createReport, type Report } from './report.ts';
import {
  checkPause,
  checkRemoval,
  checkSubscriber,
  leaveSubscribers,
  makeEventsQueue,
} from './subscriber-checks.ts';
import { installVersityGw, startVersityGw } from './versitygw.ts';
import {
  checkGroupsOfABatch,
  checkHandshake,
  checkOverflow,
  checkPoison,
  checkRefusals,
  checkTraffic,
} from './webhook-checks.ts';

const HELP = `Deploys the app, as it is, to an AWS emulator with cdk bootstrap and cdk deploy, uses it, and destroys it.

npm run test:deploy [-- OPTIONS]
  --optional  exit code 0 where there is no emulator to deploy to, or no S3: no Python, no PyPI, no Go
  --help      shows this

First it stores, reads and deletes objects in an S3 that verifies signatures, as MiniStack does not: versitygw, built from the
Go module proxy into .floodgate/versitygw. Where there is no Go it says so, and goes on.

Installs MiniStack from PyPI into .floodgate/ministack. With AWS_ENDPOINT_URL it takes whatever answers there,
on this machine; then set AWS_CA_BUNDLE to its certificate if it has TLS.
`;

const PROJECT = join(import.meta.dirname, '..', '..');
const FOLDER = join(PROJECT, '.floodgate', 'ministack');
const VERSITYGW = join(PROJECT, '.floodgate', 'versitygw');
/** docs/deploying.md, for an account without the usual quota. */
const PRODUCTION = [
  ...['-c', 'stage=production'],
  ...['-c', 'processorMaximumConcurrency=5'],
  ...['-c', 'processorReservedConcurrency=none'],
];

/** Whether S3 takes what the functions write, by a server that nobody here wrote. */
async function checkS3({ step }: Report, folder: string): Promise<void> {
  const program = await step('build versitygw', async () => ({
    result: await installVersityGw(VERSITYGW, env),
  }));
  const service = await step('start versitygw', async () => ({
    result: await startVersityGw(program, folder),
  }));
  await step('objects in an S3 that verifies', () => checkObjects(service));
}

async function emulatorFor(report: Report, folder: string): Promise<Emulator> {
  const given = env['AWS_ENDPOINT_URL'];
  if (given !== undefined && given !== '') {
    return report.step('find what AWS_ENDPOINT_URL names', async () => {
      const result = givenEmulator(env, given);
      await openAws(result).call(result.endpoint.href);
      return { result };
    });
  }
  const python = await report.step('install MiniStack', async () => ({
    result: await installMiniStack(FOLDER, env),
  }));
  return report.step('start it', async () => {
    const binaries = join(PROJECT, 'node_modules', '.bin');
    const result = await startMiniStack({ python, folder, binaries, environment: env });
    return { result, said: result.name };
  });
}

async function checkDevelopment(report: Report, cdk: Cdk, emulator: Emulator): Promise<void> {
  const { step } = report;
  const aws = openAws(emulator);
  const queue = await makeEventsQueue(emulator, aws);
  const settings = ['-c', `subscriberQueueArns=${queue.arn}`];
  const deployment = await step('cdk deploy', async () => {
    const deployed = await cdk.deploy(settings);
    const said = `${deployed.stackName}, ${Object.keys(deployed.outputs).length} outputs`;
    return { said, result: await fillIn(deployed, aws) };
  });
  await step('handshake', () => checkHandshake(deployment, aws));
  await step('refusals', () => checkRefusals(deployment, aws));
  await step('webhooks of Meta', () => checkTraffic('meta', deployment));
  await step('webhooks of WasenderApi', () => checkTraffic('wasender', deployment));
  await step('several groups in a batch', () => checkGroupsOfABatch(deployment));
  await step('overflow', () => checkOverflow(deployment, aws));
  await step('poison', () => checkPoison(deployment, aws));
  await step('/v1', () => checkReading(deployment));
  if (emulator.enforcesIam) {
    await step('/v1 without IAM', () => checkAuthorization(deployment, aws));
  }
  const subscribed = { deployment, aws, queue };
  const subscriber = await step('a subscriber', () => checkSubscriber(subscribed));
  await step('pause and resume', () => checkPause(subscribed, subscriber));
  await step('removal of the subscriber', () => checkRemoval(subscribed, subscriber));
  await step('cdk deploy again', () => checkNothingToDo(cdk, settings));
  await step('cdk deploy with a changed setting', () =>
    checkChangedSetting(cdk, settings, deployment, aws),
  );
  await step('subscribers that stay', () => leaveSubscribers(subscribed));
  await step('cdk destroy of development', () => checkDevelopmentGoes(cdk, subscribed));
}

async function checkProduction({ step }: Report, cdk: Cdk, emulator: Emulator): Promise<void> {
  const aws = openAws(emulator);
  const deployment = await step('cdk deploy of production', async () => {
    const result = await fillIn(await cdk.deploy(PRODUCTION), aws);
    const webhook = aWebhook('wamid.to-be-kept');
    const [answer] = await result.post([webhook]);
    await result.stored([webhook]);
    return { result, said: `${result.stackName}, a webhook answered ${answer?.status}` };
  });
  await step('cdk destroy of production', () =>
    checkProductionRetains(cdk, PRODUCTION, deployment, aws),
  );
}

async function main(): Promise<number> {
  const options = { optional: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: argv.slice(2), options });
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  // Not below the project, whose package.json would say how the functions' code is to be read.
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-deploy-'));
  process.once('exit', () => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  });
  const isExcused = (error: unknown) => error instanceof Unavailable && values.optional === true;
  const report = createReport((line) => stdout.write(`${line}\n`), isExcused);
  let emulator: Emulator | undefined;
  let exitCode = 0;
  const failed = (error: unknown) => {
    if (!isExcused(error)) exitCode = 1;
    stderr.write(`${isExcused(error) ? 'not run: ' : ''}${describe(error)}\n`);
  };
  // All else goes on without it.
  await checkS3(report, folder).catch(failed);
  try {
    emulator = await emulatorFor(report, folder);
    const cdk = cdkFor(emulator, { project: PROJECT, folder, environment: env });
    await report.step('cdk bootstrap', async () => ({ result: await cdk.run('bootstrap') }));
    await checkDevelopment(report, cdk, emulator);
    await checkProduction(report, cdk, emulator);
  } catch (error) {
    failed(error);
    if (emulator !== undefined) stderr.write(`${emulator.logTail()}\n`);
  }
  endAll();
  stdout.write(`${report.summary()}\n`);
  return exitCode;
}

function describe(error: unknown): string {
  if (error instanceof Unavailable) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => exit(code));
}

process.exitCode = await main();
