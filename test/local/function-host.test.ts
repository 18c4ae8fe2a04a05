import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { LocalClock } from '../../local/clock.ts';
import { FunctionHost } from '../../local/functions/function-host.ts';

const CODE = `
let invocations = 0;
export async function handler(event, context) {
  invocations += 1;
  if (event.throws) throw new Error('boom');
  if (event.exits) process.exit(3);
  if (event.hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.waits) await new Promise((resolve) => setTimeout(resolve, event.waits));
  if (event.prints) console.log(event.prints);
  if (event.environment) return process.env;
  if (event.time) return { now: Date.now(), date: new Date().getTime(), fixed: new Date(1).getTime() };
  return { invocations, left: context.getRemainingTimeInMillis(), id: context.awsRequestId };
}`;

const hour = 3_600_000;
const keptFiles = z.object({
  result: z.object({ folder: z.string(), files: z.array(z.string()) }),
});

async function aHost({
  code = CODE,
  maxConcurrency = 2,
  invocationsEach = 1,
  timeoutSeconds = 5,
  clock = new LocalClock(),
  yields = false,
} = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'function-'));
  await writeFile(join(directory, 'index.mjs'), code);
  const heard: string[] = [];
  const host = new FunctionHost(
    {
      ...{ name: 'Test', arn: 'arn:aws:lambda:x', directory, handler: 'index.handler' },
      ...{ timeoutSeconds, memoryMegabytes: 512, environment: { ONLY: 'this' } },
      ...{ ahead: clock.ahead, yields },
    },
    {
      maxConcurrency,
      invocationsEach,
      onLine: (line) => heard.push(line),
      onFailure: ({ reason }) => heard.push(reason),
    },
  );
  onTestFinished(async () => {
    await host.stop();
    await rm(directory, { recursive: true });
  });
  return { host, heard };
}

test('gives the code its own environment and nothing of this process', async () => {
  const { host } = await aHost();

  expect(await host.invoke({ environment: true })).toEqual({
    ok: true,
    result: { ONLY: 'this', TMPDIR: expect.any(String), TEMP: expect.any(String) },
  });
});

test('gives each environment a folder for files that nobody else sees, until it ends', async () => {
  const code = `import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
export async function handler({ name }) {
  writeFileSync(tmpdir() + '/' + name, '');
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { folder: tmpdir(), files: readdirSync(tmpdir()) };
}`;
  const { host } = await aHost({ code });
  const answers = await Promise.all([host.invoke({ name: 'a' }), host.invoke({ name: 'b' })]);
  const kept = answers.map((one) => keptFiles.parse(one).result);

  expect(kept.map(({ files }) => files)).toEqual([['a'], ['b']]);
  await host.stop();
  for (const { folder } of kept) await expect.poll(() => existsSync(folder)).toBe(false);
});

// Others know no priority of a thread.
test.runIf(platform() === 'linux')('lets functions that nobody waits for yield', async () => {
  const code = `import { readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
export const handler = async () => getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));`;
  const [waitedFor, background] = await Promise.all([
    aHost({ code, yields: false }),
    aHost({ code, yields: true }),
  ]);

  expect(await waitedFor.host.invoke({})).toEqual({ ok: true, result: getPriority() });
  expect(await background.host.invoke({})).toEqual({
    ok: true,
    result: constants.priority.PRIORITY_BELOW_NORMAL,
  });
});

test('tells the time of the stack, and measures its own by the machine', async () => {
  const clock = new LocalClock();
  const { host } = await aHost({ clock });
  await host.warm();
  clock.advance(hour);

  const { result } = z
    .object({ result: z.record(z.string(), z.number()) })
    .parse(await host.invoke({ time: true }));
  expect(result['fixed']).toBe(1);
  for (const time of ['now', 'date']) {
    expect(Number(result[time]) - Date.now()).toBeGreaterThan(hour - 10_000);
  }
  const {
    result: { left },
  } = z.object({ result: z.object({ left: z.number() }) }).parse(await host.invoke({}));
  expect(left).toBeGreaterThan(0);
});

test('invokes with a context, in the same environment one after another', async () => {
  const { host } = await aHost();

  expect(await host.invoke({})).toMatchObject({
    result: {
      invocations: 1,
      left: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  expect(await host.invoke({})).toMatchObject({ result: { invocations: 2 } });
});

test('has many invocations in one environment at once, where it may', async () => {
  const { host } = await aHost({ maxConcurrency: 1, invocationsEach: 3 });
  void host.invoke({ hangs: true });
  expect(await host.invoke({})).toMatchObject({ ok: true });
  void host.invoke({ hangs: true });
  void host.invoke({ hangs: true });

  expect(await Promise.race([host.invoke({}), sleep(500, 'waits')])).toBe('waits');
});

test('runs as many at once as it may, each environment one at a time', async () => {
  const { host } = await aHost({ maxConcurrency: 2 });
  // On a busy machine one environment would be done with all before the other has started.
  await Promise.all([host.warm(), host.warm()]);
  const results = await Promise.all([1, 2, 3, 4].map(() => host.invoke({ waits: 50 })));

  const counts = results.map((result) => result.ok && result.result);
  expect(counts).toContainEqual(expect.objectContaining({ invocations: 2 }));
  expect(counts).not.toContainEqual(expect.objectContaining({ invocations: 4 }));
});

test('keeps the environment after an error and replaces it after a crash', async () => {
  const { host, heard } = await aHost({ maxConcurrency: 1 });

  expect(await host.invoke({ throws: true })).toMatchObject({ ok: false, reason: 'error' });
  expect(await host.invoke({})).toMatchObject({ result: { invocations: 2 } });
  expect(await host.invoke({ exits: true })).toMatchObject({ ok: false, reason: 'crash' });
  expect(await host.invoke({})).toMatchObject({ result: { invocations: 1 } });
  expect(heard).toEqual(['error', 'crash']);
});

test('ends what runs longer than its timeout', async () => {
  const { host } = await aHost({ maxConcurrency: 1, timeoutSeconds: 0.2 });

  const [hanging, waiting] = await Promise.all([host.invoke({ hangs: true }), host.invoke({})]);
  expect(hanging).toMatchObject({
    ok: false,
    reason: 'timeout',
    detail: expect.stringContaining('0.20'),
  });
  expect(waiting).toMatchObject({ ok: true });
});

test('tells nobody of the invocations that its stop ends, and starts none after', async () => {
  const { host, heard } = await aHost({ maxConcurrency: 1 });
  await host.warm();
  const hanging = host.invoke({ hangs: true });
  void host.invoke({ prints: 'too late' });
  await host.stop();

  expect(await hanging).toMatchObject({ ok: false });
  await sleep(300);
  expect(heard).toEqual([]);
});

test('fails each invocation of code that does not load', async () => {
  const { host } = await aHost({ code: 'throw new Error("bad environment")' });

  for (const result of [await host.invoke({}), await host.invoke({})]) {
    expect(result).toMatchObject({
      reason: 'crash',
      detail: expect.stringContaining('bad environment'),
    });
  }
});

test('hears the lines that the code writes', async () => {
  const { host, heard } = await aHost();
  await host.invoke({ prints: 'hello' });

  await expect.poll(() => heard).toEqual(['hello']);
});
