import { beforeAll, expect, test } from 'vitest';
import { buildAssembly } from '../../local/template/assembly.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { operatorOf, startFloodgate } from './command-line.ts';

// Whoever starts a stack first waits for its build.
beforeAll(async () => void (await buildAssembly()), 120_000);

test('says that nothing is wrong, or what is and where to look', { timeout: 60_000 }, async () => {
  const stack = await aLocalStack();
  const operator = operatorOf(stack);

  const calm = await operator('status');
  expect([calm.exitCode, calm.stderr]).toEqual([0, '']);
  expect(calm.stdout).toMatch(/^the local stack .*\nNothing is wrong\.\n/);
  expect(calm.stdout).toMatch(/^inbox +0 +0$/m);

  const letter = { groupId: 'any', deduplicationId: 'any', body: 'no event of 5215550001111' };
  stack.queue('inboxDeadLetter').send(letter, stack.clock.now());
  await operator('subscriber', 'add', '--name', 'bot', '--url', 'http://127.0.0.1:1/', '--paused');
  const alarmed = await operator('status', '--json');

  expect(alarmed.exitCode).toBe(1);
  expect(JSON.parse(alarmed.stdout)).toMatchObject({
    wrong: [{ what: '1 dead letter in inboxDeadLetter', look: 'npx floodgate dlq list' }],
    subscribers: [{ name: 'bot', state: 'paused' }],
    alarms: null,
  });
  expect(alarmed.stdout).not.toContain('5215550001111');
});

test('looks again until it is stopped', { timeout: 60_000 }, async () => {
  const stack = await aLocalStack();
  const watching = startFloodgate(stack, ['status', '--watch', '--json']);
  const looks = () => watching.stdout().trim().split('\n');
  await expect.poll(() => looks().length, { timeout: 20_000 }).toBeGreaterThan(1);

  expect(await watching.stop()).toBe(0);
  for (const look of looks()) expect(JSON.parse(look)).toMatchObject({ wrong: [] });
});
