import assert from 'node:assert/strict';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { aMessage } from '../support/just-sent.ts';
import { metaWebhook } from '../support/webhooks.ts';
import type { Aws } from './aws.ts';
import type { Cdk } from './cdk.ts';
import type { Deployment } from './deployment.ts';
import { type Subscribed, untilNothingIsLeft } from './subscriber-checks.ts';
import { type Resource, resourcesOf } from './webhook-checks.ts';

const DAY_SECONDS = 86_400;
const NEW_RETENTION_DAYS = 60;
/** What holds data, and must outlive a production stack. */
const HOLDS_DATA = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];

export async function checkNothingToDo(cdk: Cdk, settings: readonly string[]) {
  const { written } = await cdk.deploy(settings);
  assert.match(written, /\(no changes\)/);
  return { result: undefined, said: 'no changes' };
}

/** A changed setting holds for what comes after it, and replaces nothing. */
export async function checkChangedSetting(
  cdk: Cdk,
  settings: readonly string[],
  deployment: Deployment,
  aws: Aws,
) {
  const before = await resourcesOf(deployment.stackName, aws);
  const rowsBefore = await deployment.rows();
  await cdk.deploy([...settings, '-c', `retentionDays=${NEW_RETENTION_DAYS}`]);
  assert.deepEqual(await resourcesOf(deployment.stackName, aws), before);

  const webhook = aWebhook('wamid.after-the-change');
  const from = Math.floor(Date.now() / 1000);
  assert.equal((await deployment.post([webhook]))[0]?.status, 200);
  const [event] = await deployment.stored([webhook]);
  const rows = await deployment.rows();
  const row = rows.find(({ sk }) => sk === event?.sk);
  assert.equal(rows.length, rowsBefore.length + 2, 'an event and its link');
  const days = ((row?.expiresAt ?? 0) - from) / DAY_SECONDS;
  assert.ok(days >= NEW_RETENTION_DAYS && days < NEW_RETENTION_DAYS + 1, `kept ${days} days`);
  return {
    result: undefined,
    said: `retentionDays=${NEW_RETENTION_DAYS}: all ${before.length} resources and ${rowsBefore.length} rows stay, what comes now is kept ${Math.floor(days)} days`,
  };
}

export function aWebhook(id: string) {
  const messages = [aMessage({ id, from_user_id: 'MX.20', from: '5215550002020' })];
  return { provider: 'meta', body: metaWebhook({ messages }) } as const;
}

/** What is in its buckets goes with it, and what subscribers have; nothing is left. */
export async function checkDevelopmentGoes(cdk: Cdk, subscribed: Subscribed) {
  const { deployment, aws } = subscribed;
  const { stackName } = deployment;
  const held = holdingData(await resourcesOf(stackName, aws));
  await cdk.run('destroy', '--force');
  const left = await Promise.all(held.map((resource) => isThere(resource, aws)));
  assert.deepEqual(
    left,
    held.map(() => false),
  );
  await untilNothingIsLeft(subscribed);
  const said = `${held.length} that held data are gone, and all that subscribers had`;
  return { result: undefined, said };
}

/** Protected: first refused; without its protection the stack goes, and what holds data stays. */
export async function checkProductionRetains(
  cdk: Cdk,
  settings: readonly string[],
  deployment: Deployment,
  aws: Aws,
) {
  const StackName = deployment.stackName;
  const resources = await resourcesOf(StackName, aws);
  const rows = await deployment.rows();
  assert.ok(rows.length > 0);
  await assert.rejects(cdk.run('destroy', '--force', ...settings), /TerminationProtection/i);
  assert.deepEqual(await resourcesOf(StackName, aws), resources);

  const off = { StackName, EnableTerminationProtection: 'false' };
  assert.equal((await aws.cloudFormation('UpdateTerminationProtection', off)).status, 200);
  await cdk.run('destroy', '--force', ...settings);
  const gone = await aws.cloudFormation('DescribeStacks', { StackName });
  assert.notEqual(gone.status, 200, 'the stack is still there');

  const held = holdingData(resources);
  const left = await Promise.all(held.map((resource) => isThere(resource, aws)));
  assert.deepEqual(
    left,
    held.map(() => true),
  );
  assert.deepEqual(await deployment.rows(), rows);
  assert.equal((await aws.call(`${deployment.output('ApiUrl')}/healthz`)).status, 404);
  return {
    result: undefined,
    said: `refused while protected; then ${resources.length - held.length} resources go, table with its ${rows.length} rows, bucket and secrets stay`,
  };
}

function holdingData(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(({ type }) => HOLDS_DATA.includes(type));
}

function isThere({ type, physicalId }: Resource, aws: Aws): Promise<boolean> {
  const answers: Record<string, () => Promise<unknown>> = {
    'AWS::DynamoDB::GlobalTable': () =>
      aws.dynamodb.send(new DescribeTableCommand({ TableName: physicalId })),
    'AWS::S3::Bucket': () => aws.s3.send(new HeadBucketCommand({ Bucket: physicalId })),
    'AWS::SecretsManager::Secret': () =>
      aws.secrets.send(new GetSecretValueCommand({ SecretId: physicalId })),
  };
  const look = answers[type] ?? (() => Promise.reject(new Error(`no look at ${type}`)));
  return look().then(
    () => true,
    (error: Error) => {
      if (/NotFound|NoSuch|InvalidRequest/.test(error.name)) return false;
      throw error;
    },
  );
}
