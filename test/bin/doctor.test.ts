import { createServer } from 'node:http';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkAccount } from '../../bin/floodgate/doctor/check-account.ts';
import { checkVersion } from '../../bin/floodgate/doctor/check-version.ts';
import { listen } from '../../local/loopback-server.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { aLocalStack } from '../support/local-stack.ts';
import { operatorOf } from './command-line.ts';

const AWS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

interface Told {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly mend: string | null;
}

describe('floodgate doctor', { timeout: 90_000 }, () => {
  // Whoever starts a stack first waits for its build.
  beforeAll(async () => void (await buildAssembly()), 120_000);

  test('finds nothing wrong, from the handshake to the row of a signed webhook', async () => {
    const stack = await aLocalStack();
    const { exitCode, stdout, stderr } = await operatorOf(stack)('doctor', '--ping');

    expect(stdout).toMatch(/^ok +handshake +the webhook answers the challenge$/m);
    expect(stdout).toMatch(/^ok +ping +a signed webhook became a row$/m);
    expect(stdout).not.toContain('fault');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).not.toMatch(/local-app-secret|local-verify-token/);
  });

  test('names each fault with its mend', async () => {
    const stack = await aLocalStack();
    const client = new SecretsManagerClient({ endpoint: stack.aws.secretsmanager, ...AWS });
    onTestFinished(() => client.destroy());
    const SecretString = '{"appSecrets":[],"verifyToken":"other"}';
    await client.send(new PutSecretValueCommand({ SecretId: 'SecretsMeta', SecretString }));
    const letter = { groupId: 'any', deduplicationId: 'any', body: 'no event' };
    stack.queue('inboxDeadLetter').send(letter, stack.clock.now());
    const operator = operatorOf(stack);
    await operator('channel', 'add', '900000000000100', '--no-token');
    const { exitCode, stdout } = await operator('doctor', '--json');

    expect(exitCode).toBe(1);
    const { findings }: { findings: readonly Told[] } = JSON.parse(stdout);
    const wrong = findings.filter(({ ok }) => !ok);
    expect(wrong.map(({ check }) => check)).toEqual(['secret', 'status', 'subscription']);
    expect(wrong[0]).toMatchObject({ mend: expect.stringContaining('AddAppSecret') });
    expect(wrong[1]).toMatchObject({ mend: 'npx floodgate dlq list' });
    expect(wrong[2]?.found).toMatch(/^900000000000100: /);
  });
});

describe('the version of a stack in AWS', () => {
  const checked = (version: string | undefined) =>
    checkVersion({
      endpoints: undefined,
      outputs: new Map(version === undefined ? [] : [['Version', version]]),
    });

  test('is well where it is that of the command', () => {
    expect(checked(packageJson.version)).toMatchObject([{ check: 'version', ok: true }]);
  });

  test.each(['0.0.1', undefined])('is told where it is another: %s', (version) => {
    const mend = expect.stringContaining('npx cdk deploy');
    expect(checked(version)).toMatchObject([{ check: 'version', ok: false, mend }]);
  });
});

describe('the account of a stack in AWS', () => {
  async function checked(functions: number, subscriptions: readonly string[]) {
    const members = subscriptions.map(
      (arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn></member>`,
    );
    const topic = `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
    const settings = JSON.stringify({ AccountLimit: { ConcurrentExecutions: functions } });
    const server = await listen(
      createServer((request, response) => {
        const isLambda = request.url?.includes('account-settings') === true;
        response.setHeader('content-type', isLambda ? 'application/json' : 'text/xml');
        response.end(isLambda ? settings : topic);
      }),
    );
    onTestFinished(() => server.close());
    const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
    const variables = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.url, ...credentials };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return await checkAccount({
      ...{ name: 'Floodgate', api: 'https://a', endpoints: undefined, table: 't', queues: {} },
      outputs: new Map([['AlarmTopicArn', 'arn:aws:sns:us-east-1:111122223333:alarms']]),
      ...{ subscriberQueues: undefined, user: async () => 'me' },
    });
  }

  test('is well with room for functions and somebody who hears', async () => {
    expect(await checked(1000, ['arn:aws:sns:us-east-1:111122223333:alarms:1'])).toEqual([
      { check: 'quota', ok: true, found: '1000 functions at once', mend: null },
      { check: 'listeners', ok: true, found: '1 hear the alarms', mend: null },
    ]);
  });

  test('is told what to do on a new account, where nobody has confirmed', async () => {
    const [quota, listeners] = await checked(10, ['PendingConfirmation']);

    expect(quota).toMatchObject({ ok: false, mend: expect.stringContaining('Service Quotas') });
    expect(listeners).toMatchObject({
      ok: false,
      found: 'nobody hears the alarms: nobody has confirmed it',
      mend: expect.stringContaining('alarmEmail'),
    });
  });
});
