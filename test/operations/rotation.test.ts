import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import { signRequest } from '../../local/traffic/sign.ts';
import { generateTraffic, type Webhook } from '../../local/traffic/traffic.ts';
import { SENT_AT } from '../support/just-sent.ts';
import { aPipeline, distinctEvents } from '../support/pipeline.ts';
import { metricCounter } from './metric-counter.ts';

type Provider = Webhook['provider'];

/** Secrets of each provider as the stack starts with them, and a new one. */
const OLD = { meta: 'local-app-secret', wasender: 'local-wasender-secret' };
const NEW = 'rotated';

const METRICS = {
  meta: 'PreviousAppSecretVerified',
  wasender: 'PreviousWasenderSecretVerified',
} as const;

/** What the runbook says to wait for. */
const UNTIL_LOOKED_FOR_MS = 30_000;
const UNTIL_FORGOTTEN_MS = 5 * 60_000;

/** A provider that delivers webhook after webhook, several at a time, and an operator beside it. */
async function aRotation(provider: Provider, options: Parameters<typeof aPipeline>[0] = {}) {
  // More would start cold in between, and then know the newest secret only.
  const pipeline = await aPipeline({ maxConcurrency: 2, ...options });
  const script = {
    endMs: SENT_AT,
    seed: 5,
    contacts: 20,
    messages: 130,
    statuses: 0,
    mediaShare: 0,
  };
  const webhooks = generateTraffic({ ...script, provider, batch: 1 });
  const unsent = webhooks.values();
  const sent: Webhook[] = [];

  async function post(webhook: Webhook, secret: string): Promise<number> {
    const secrets = { ...OLD, [provider]: secret };
    const target = { baseUrl: pipeline.stack.url, secrets, pathToken: 'local' };
    const { url, ...request } = signRequest(webhook, target);
    return (await fetch(url, { ...request, method: 'POST' })).status;
  }

  /** Delivers webhooks signed by these secrets in turn. Returns the kinds of answers. */
  async function deliver(count: number, ...secrets: readonly string[]): Promise<number[]> {
    const answers = Array.from({ length: count }, async (_, index) => {
      const webhook = unsent.next().value;
      if (webhook === undefined) throw new Error('no webhooks are left');
      sent.push(webhook);
      return post(webhook, secrets[index % secrets.length] ?? '');
    });
    return [...new Set(await Promise.all(answers))];
  }

  return {
    ...pipeline,
    sent,
    webhooks,
    post,
    deliver,
    put: secretWriter(pipeline.stack, provider),
  };
}

function secretWriter({ aws }: LocalStack, provider: Provider) {
  const client = new SecretsManagerClient({
    endpoint: aws.secretsmanager,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  onTestFinished(() => client.destroy());
  return async (...secrets: readonly string[]) => {
    const session = { session: 'local', token: 'local', secrets };
    const secret =
      provider === 'meta'
        ? { id: 'SecretsMeta', value: { appSecrets: secrets, verifyToken: 'local-verify-token' } }
        : { id: 'SecretsWasender', value: { sessions: [session] } };
    const SecretString = JSON.stringify(secret.value);
    await client.send(new PutSecretValueCommand({ SecretId: secret.id, SecretString }));
  };
}

describe.each(['meta', 'wasender'] as const)('a rotation of the secret of %s', (provider) => {
  const old = OLD[provider];

  test('refuses no webhook: both valid, then one', { timeout: 60_000 }, async () => {
    const { stack, deliver, post, put, webhooks, sent, settle, find } = await aRotation(provider);
    const { clock } = stack;
    const answers = [await deliver(8, old)];

    const [, whileAdded] = await Promise.all([put(NEW, old), deliver(16, old)]);
    answers.push(whileAdded);
    clock.advance(UNTIL_LOOKED_FOR_MS);
    // The provider's servers do not all change over at once.
    answers.push(await deliver(16, old, NEW), await deliver(16, NEW));

    const [, whileRemoved] = await Promise.all([put(NEW), deliver(16, NEW)]);
    answers.push(whileRemoved, await deliver(8, old));
    clock.advance(UNTIL_FORGOTTEN_MS);
    answers.push(await deliver(16, NEW));
    expect(answers).toEqual(answers.map(() => [200]));

    await settle();
    const events = distinctEvents(sent);
    expect(await find(events)).toHaveLength(events.length);
    expect(await post(webhooks[0] ?? never(), old)).toBe(403);
  });

  test('shows by a metric of its own whether anybody still uses the old one', async () => {
    const { output, count } = metricCounter();
    // One environment, so that what it writes comes in the order of the deliveries.
    const { stack, deliver, post, put, webhooks } = await aRotation(provider, {
      ...{ maxConcurrency: 1, output },
    });
    const counted = async (mark: number) => {
      const unsigned = { provider, body: webhooks[0]?.body ?? '' };
      await post(unsigned, 'wrong');
      await expect.poll(() => count('SignatureMismatched')).toBe(mark);
      return count(METRICS[provider]);
    };
    await deliver(5, old);
    expect(await counted(1)).toBe(0);

    await put(NEW, old);
    stack.clock.advance(UNTIL_FORGOTTEN_MS);
    await deliver(6, old, NEW);
    expect(await counted(2)).toBe(3);

    await deliver(5, NEW);
    expect(await counted(3)).toBe(3);
    const other = provider === 'meta' ? METRICS.wasender : METRICS.meta;
    expect(count(other)).toBe(0);
  });

  test('that the provider begins takes what was refused when it is delivered again', async () => {
    const { stack, deliver, post, put, sent, settle, find } = await aRotation(provider);
    await deliver(8, old);
    // Enough for every environment to have looked for a newer secret in vain.
    expect(await deliver(8, NEW)).toEqual([403]);

    await put(NEW, old);
    stack.clock.advance(UNTIL_LOOKED_FOR_MS);
    const again = await Promise.all(sent.slice(8).map((webhook) => post(webhook, NEW)));
    expect(new Set(again)).toEqual(new Set([200]));
    await settle();
    const events = distinctEvents(sent);
    expect(await find(events)).toHaveLength(events.length);
  });
});

function never(): never {
  throw new Error('no webhook');
}
