import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import type { LocalStack } from '../../local/stack.ts';
import { aMessage } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { metaSignature, metaWebhook } from '../support/webhooks.ts';
import { anOperator, hasShell } from './operator.ts';
import { commandsOf, commandWith } from './runbook.ts';

const [ADD_APP_SECRET = '', ADD_WASENDER_SECRET = ''] = commandsOf('Rotating a secret');
const REMOVE = commandWith('Rotating a secret', 'newest');
const RESTORE = commandWith('SecretUnavailable', 'AWSPREVIOUS');

const SESSION = { session: 'local', token: 'local', apiKey: 'local-api-key' };
const SET_TOKENS = commandWith('MediaTokenRefused', 'SetAccessToken').split('\n');

/** The JSON in a secret; what is written over it where that is given. */
async function secret({ aws }: LocalStack, SecretId: string, SecretString?: string) {
  const action = SecretString === undefined ? 'GetSecretValue' : 'PutSecretValue';
  const response = await signedFetch({
    ...{ service: 'secretsmanager', url: aws.secretsmanager, method: 'POST' },
    headers: { 'x-amz-target': `secretsmanager.${action}` },
    body: JSON.stringify({ SecretId, SecretString }),
  });
  const schema = z.object({ SecretString: z._default(z.string(), 'null') });
  return JSON.parse(schema.parse(await response.json()).SecretString);
}

async function statusOf({ post }: Pipeline, appSecret: string): Promise<number> {
  const body = metaWebhook({ messages: [aMessage()] });
  return (await post(body, { 'x-hub-signature-256': metaSignature(body, appSecret) })).status;
}

describe.skipIf(!hasShell('jq'))('the commands of the runbook for secrets', () => {
  test('add new ones before those that are valid, and remove all but the newest', async () => {
    const pipeline = await aPipeline();
    const { stack } = pipeline;
    const { run } = await anOperator(stack);
    // A slip of what is typed unseen must not push out the secret that is in use.
    for (const typed of ['new onw', 'new one']) await run(ADD_APP_SECRET, `${typed}\n`);
    const kept = ['new one', 'new onw', 'local-app-secret'];
    expect(await secret(stack, 'SecretsMeta')).toEqual({
      appSecrets: kept,
      verifyToken: 'local-verify-token',
      accessTokens: { default: 'local-access-token' },
    });
    for (const one of kept) expect(await statusOf(pipeline, one)).toBe(200);
    await run(ADD_WASENDER_SECRET.replace('shop', 'local'), 'new one\n');
    expect(await secret(stack, 'SecretsWasender')).toEqual({
      sessions: [{ ...SESSION, secrets: ['new one', 'local-wasender-secret'] }],
    });

    await run(REMOVE);
    expect(await secret(stack, 'SecretsMeta')).toMatchObject({ appSecrets: ['new one'] });
    expect(await secret(stack, 'SecretsWasender')).toMatchObject({
      sessions: [{ secrets: ['new one'] }],
    });
  });

  test('put a token in the place of one that is refused', async () => {
    const { stack } = await aPipeline();
    const { run } = await anOperator(stack);
    const [setAccessToken = '', setApiKey = ''] = SET_TOKENS;
    await run(setAccessToken, 'new token\n');
    await run(setApiKey.replace('shop', 'local'), 'new key\n');
    const { accessTokens } = await secret(stack, 'SecretsMeta');
    expect(accessTokens).toEqual({ default: 'new token' });
    expect(await secret(stack, 'SecretsWasender')).toMatchObject({
      sessions: [{ ...SESSION, apiKey: 'new key' }],
    });
  });

  test('change nothing where nothing is typed, or the session is not there', async () => {
    const { stack } = await aPipeline();
    const { run } = await anOperator(stack);
    await expect(run(ADD_APP_SECRET, '\n')).rejects.toThrow('exit code 1');
    await expect(run(ADD_WASENDER_SECRET, 'new one\n')).rejects.toThrow('no such session');
    expect(await secret(stack, 'SecretsMeta')).toMatchObject({ appSecrets: ['local-app-secret'] });
    expect(await secret(stack, 'SecretsWasender')).toMatchObject({
      sessions: [{ secrets: ['local-wasender-secret'] }],
    });
  });

  test('put back the version before one that was broken by hand', async () => {
    const pipeline = await aPipeline();
    const { run } = await anOperator(pipeline.stack);
    await secret(pipeline.stack, 'SecretsMeta', '{"appSecrets":');
    expect(await statusOf(pipeline, 'local-app-secret')).toBe(503);

    await run(RESTORE);
    expect(await statusOf(pipeline, 'local-app-secret')).toBe(200);
  });
});
