import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { awsJson, SECRETS_MANAGER } from '../../../lambda/shared/aws/json-protocol.ts';
import {
  cachedSecret,
  SECRET_PATIENCE,
  secretReader,
} from '../../../lambda/shared/aws/secrets-manager.ts';
import { awsService } from '../../support/aws-service.ts';

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
    source: cachedSecret(read, (text) => `v${text}`, { now: () => clock.now }),
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

describe('cachedSecret, where the secret cannot be read', () => {
  const MINUTE = 60_000;

  /** A secret that was read once, and a clock and an outage that the test makes. */
  async function anOutage(read: () => Promise<string> = async () => 'v1') {
    const world = { now: 0, read, reads: 0 };
    const heard: unknown[] = [];
    const source = cachedSecret(
      () => {
        world.reads += 1;
        return world.read();
      },
      (text) => {
        if (text === 'broken') throw new Error('secret is no JSON');
        return text;
      },
      { now: () => world.now, onOutage: (error) => heard.push(error) },
    );
    await source.current();
    world.read = async () => Promise.reject(new Error('down'));
    world.reads = 0;
    return { world, source, heard };
  }

  test('the known one is used for an hour from its last read, and then none', async () => {
    const { world, source, heard } = await anOutage();
    for (const minutes of [5, 30, 59.9]) {
      world.now = minutes * MINUTE;
      expect(await source.current()).toBe('v1');
    }
    expect(heard).toEqual(Array.from({ length: 3 }, () => new Error('down')));
    world.now = 60 * MINUTE;
    await expect(source.current()).rejects.toThrow('down');
    expect(heard).toHaveLength(3);
  });

  test('one that was broken by hand is as one that cannot be read', async () => {
    const { world, source, heard } = await anOutage();
    world.read = async () => 'broken';
    world.now = 6 * MINUTE;
    expect(await source.current()).toBe('v1');
    expect(heard).toEqual([new Error('secret is no JSON')]);
  });

  test('a read that hangs beyond the hour is no reason to use it longer', async () => {
    const { world, source } = await anOutage();
    world.now = 59.9 * MINUTE;
    world.read = async () => {
      world.now = 60 * MINUTE;
      throw new Error('timeout');
    };
    await expect(source.current()).rejects.toThrow('timeout');
  });

  test('it is asked for every ten seconds, whoever waits', async () => {
    const { world, source, heard } = await anOutage();
    world.now = 5 * MINUTE;
    await Promise.all([source.current(), source.current()]);
    world.now += 9_999;
    await source.current();
    expect([world.reads, heard.length]).toEqual([1, 1]);
    world.now += 1;
    await source.current();
    expect([world.reads, heard.length]).toEqual([2, 2]);
  });

  test('it is asked for at once by whoever knows none', async () => {
    const read = async () => Promise.reject(new Error('down'));
    let reads = 0;
    const source = cachedSecret(
      () => {
        reads += 1;
        return read();
      },
      (text) => text,
      { now: () => 0, onOutage: () => expect.unreachable('nothing is used') },
    );
    for (let n = 0; n < 3; n += 1) await expect(source.current()).rejects.toThrow('down');
    expect(reads).toBe(3);
  });

  test('nobody says that there is no newer one', async () => {
    const { world, source } = await anOutage();
    world.now = MINUTE;
    await expect(source.newer()).rejects.toThrow('down');
    world.now += 9_999;
    await expect(source.newer()).rejects.toThrow('down');
    expect(world.reads).toBe(1);
    expect(await source.current()).toBe('v1');
  });

  test('once it can be read again, it is the newest', async () => {
    const { world, source, heard } = await anOutage();
    world.now = 50 * MINUTE;
    await source.current();
    world.read = async () => 'v2';
    world.now += 10_000;
    expect(await source.current()).toBe('v2');
    world.now += 59 * MINUTE;
    world.read = async () => Promise.reject(new Error('down'));
    expect(await source.current()).toBe('v2');
    expect(heard).toHaveLength(2);
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
