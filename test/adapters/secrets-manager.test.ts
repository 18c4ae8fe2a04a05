import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { awsJson, SECRETS_MANAGER } from '../../lambda/adapters/aws-json.ts';
import {
  cachedSecret,
  SECRET_PATIENCE,
  secretReader,
} from '../../lambda/adapters/secrets-manager.ts';
import { awsService } from '../support/aws-service.ts';

/** A secret with a version a read, and a clock that the test moves. */
function rotatingSecret() {
  const clock = { now: 0 };
  let reads = 0;
  const read = async () => {
    reads += 1;
    return String(reads);
  };
  return {
    clock,
    source: cachedSecret(
      read,
      (text) => `v${text}`,
      () => clock.now,
    ),
  };
}

describe('cachedSecret', () => {
  test('reads once, however many wait for it, and keeps it for five minutes', async () => {
    const { clock, source } = rotatingSecret();
    expect(await Promise.all([source.current(), source.current()])).toEqual(['v1', 'v1']);
    clock.now = 299_999;
    expect(await source.current()).toBe('v1');
    clock.now = 300_000;
    expect(await source.current()).toBe('v2');
  });

  test('looks for a newer one at most twice a minute', async () => {
    const { clock, source } = rotatingSecret();
    await source.current();
    expect(await source.newer()).toBeUndefined();
    clock.now = 30_000;
    expect(await source.newer()).toBe('v2');
    expect(await source.newer()).toBeUndefined();
    expect(await source.current()).toBe('v2');
  });

  test('keeps no failure', async () => {
    let isDown = true;
    const read = async () => (isDown ? Promise.reject(new Error('down')) : 'text');
    const source = cachedSecret(read, (text) => text);
    await expect(source.current()).rejects.toThrow('down');
    isDown = false;
    expect(await source.current()).toBe('text');
  });
});

describe('secretReader', () => {
  const answering = async (body: string) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const service = awsService('secretsmanager', `http://127.0.0.1:${port}`);
    return secretReader(awsJson(service, SECRETS_MANAGER, SECRET_PATIENCE))('arn:meta');
  };

  test('reads the text of a secret', async () => {
    const read = await answering('{"SecretString":"{}"}');
    expect(await read()).toBe('{}');
  });

  test('refuses a secret that is no text', async () => {
    const read = await answering('{"SecretBinary":"AA=="}');
    await expect(read()).rejects.toThrow('secret is binary or empty');
  });
});
