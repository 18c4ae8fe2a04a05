import { describe, expect, test } from 'vitest';
import { floodgate, projectWith, temporaryFolder } from './command-line.ts';
import { startStubStack } from './stub-stack.ts';

const few = ['send', '--rate', 'max', '--messages', '20', '--statuses', '40', '--contacts', '5'];

describe('floodgate send', () => {
  test('finds the local stack and its table, and every event in it', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);

    const { exitCode, stdout, stderr } = await floodgate(few, project.path);

    expect(stdout).toMatch(/webhooks +60 sent, 60 accepted/);
    expect(stdout).toMatch(/answers +200: 60/);
    expect(stdout).toMatch(/latency +p50 [\d.]+ ms +p99 [\d.]+ ms/);
    expect(stdout).toMatch(/stored +60, the last one [\d.]+ s after/);
    expect(stdout).toMatch(/missing +0/);
    expect(stdout).toContain('Every event is stored, once.');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test.each(['meta', 'wasender'])('counts duplicates of %s that were dropped', async (provider) => {
    await using stack = await startStubStack();
    using project = projectWith(stack);
    const args = [...few, '--provider', provider, '--duplicates', '50%', '--shuffle', '--json'];

    const { exitCode, stdout } = await floodgate(args, project.path);

    expect(stack.received).toHaveLength(90);
    expect(JSON.parse(stdout)).toMatchObject({
      isOk: true,
      webhooks: { sent: 90, accepted: 90, answers: { 200: 90 }, retries: 0 },
      events: { sent: 90, distinct: 60 },
      table: { stored: 60, storedBefore: 0, duplicatesDropped: 30, missing: 0 },
    });
    expect(exitCode).toBe(0);
  });

  test('sends nothing more after Ctrl-C, and says what became of what was sent', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);
    const sending = floodgate(['send', '--rate', '20', '--wait', '5'], project.path);
    await expect.poll(() => stack.received.length).toBeGreaterThan(5);
    process.emit('SIGINT');
    const { exitCode, stdout, stderr } = await sending;

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Sending nothing more');
    expect(stdout).toMatch(/^webhooks +\d{1,2} of 400 sent/m);
    expect(stdout).toMatch(/^[1-9]\d* webhooks were not accepted/m);
    expect(stdout).toMatch(/^missing +0$/m);
  });

  test('finds that a seed sent twice stores nothing new', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);
    const args = [...few, '--seed', '7', '--batch', '10', '--json'];

    await floodgate(args, project.path);
    const { stdout } = await floodgate(args, project.path);

    expect(JSON.parse(stdout)).toMatchObject({
      seed: 7,
      table: { stored: 60, storedBefore: 60, duplicatesDropped: 60, missing: 0 },
    });
  });

  test('names the events that were accepted and are not there, and exits with 1', async () => {
    let lost: string | undefined;
    const loses = (id: string) => {
      lost ??= id;
      return lost === id;
    };
    await using stack = await startStubStack({ loses });
    using project = projectWith(stack);

    const { exitCode, stdout } = await floodgate([...few, '--wait', '1'], project.path);

    expect(stdout).toMatch(/missing +1/);
    expect(stdout).toContain(lost);
    expect(exitCode).toBe(1);
  });

  test('sends again what was answered 503', async () => {
    await using stack = await startStubStack({ firstAnswers: [503] });
    using project = projectWith(stack);

    const { exitCode, stdout } = await floodgate(few, project.path);

    expect(stdout).toContain('200: 60   503: 1 (1 sent again)');
    expect(exitCode).toBe(0);
  });

  test('gives up where nothing answers any more, and says so in one line', async () => {
    await using stack = await startStubStack({ leavesAfter: 20 });
    using project = projectWith(stack);
    const many = ['send', '--messages', '1000', '--rate', '100', '--wait', '1'];

    const { exitCode, stdout, stderr } = await floodgate(many, project.path);

    expect(stdout).toMatch(/webhooks +\d+ of 1,300 sent, /);
    expect(stdout).toMatch(/stored +not looked up\n/);
    expect(stderr).toBe(
      `error: nothing has answered at ${stack.url} for 1 s: start it with \`npm start\`\n`,
    );
    expect(exitCode).toBe(1);
  });

  test('leaves out of its report what it did not see', async () => {
    await using stack = await startStubStack({ leavesAfter: 0 });
    using project = projectWith(stack);

    const { exitCode, stdout } = await floodgate([...few, '--wait', '1', '--json'], project.path);

    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      isOk: false,
      isGivenUp: true,
      webhooks: { sent: 60, notSent: 0, accepted: 0, answers: { none: expect.any(Number) } },
    });
    expect(report).not.toHaveProperty('latencyMs');
    expect(report).not.toHaveProperty('table');
    expect(exitCode).toBe(1);
  });

  test('has no time of storing to tell where nothing was stored', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);

    const { stdout } = await floodgate([...few, '--secret', 'wrong'], project.path);

    expect(stdout).toMatch(/stored +0\n/);
  });

  test('says which secret is wrong where webhooks are refused', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);

    const { exitCode, stdout } = await floodgate([...few, '--secret', 'wrong'], project.path);

    expect(stdout).toMatch(/answers +403: 60/);
    expect(stdout).toContain('--secret');
    expect(exitCode).toBe(1);
  });

  test('says that it did not look where it knows no table', async () => {
    await using stack = await startStubStack();

    const { exitCode, stdout } = await floodgate([...few, '--url', stack.url]);

    expect(stdout).toMatch(/stored +not looked up/);
    expect(stdout).toContain('All webhooks were accepted.');
    expect(exitCode).toBe(0);
  });

  test('takes the table from the command line, too', async () => {
    await using stack = await startStubStack();
    const { endpoint, tableName } = stack.table;
    const place = ['--url', `${stack.url}/webhooks/meta`, '--dynamodb-endpoint', endpoint];

    const { stdout } = await floodgate([...few, ...place, '--table', tableName, '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ url: stack.url, table: { stored: 60 } });
  });

  test('says before sending that a table cannot be read', async () => {
    await using stack = await startStubStack();
    const place = ['--url', stack.url, '--dynamodb-endpoint', stack.table.endpoint];

    const { exitCode, stderr } = await floodgate([...few, ...place, '--table', 'typo']);

    expect(stderr).toMatch(/^error: the table typo cannot be read: /);
    expect(stack.received).toEqual([]);
    expect(exitCode).toBe(1);
  });

  test.each([[[]], [['--json']]])('says in one line that nothing listens (%j)', async (args) => {
    const place = ['--url', 'http://127.0.0.1:9'];

    const { exitCode, stdout, stderr } = await floodgate(['send', ...place, ...args]);

    expect(stdout).toBe('');
    expect(stderr).toBe(
      'error: nothing answers at http://127.0.0.1:9: start it with `npm start`\n',
    );
    expect(exitCode).toBe(1);
  });
});

describe('floodgate send --payloads', () => {
  const meta = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'flows', value: { anything: true } }] }],
  });
  const wasender = JSON.stringify({ event: 'session.status', data: { status: 'connected' } });
  const files = {
    'meta/b.json': meta,
    'meta/request.json': '{"to":"+15550100100"}',
    'wasender/a.json': wasender,
    'wasender/broken.json': '{',
    'README.md': '#',
  };

  test('sends the webhooks of both providers as they are, and says what it skips', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);
    using folder = temporaryFolder(files);
    const args = ['send', '--payloads', folder.path, '--concurrency', '1'];

    const { exitCode, stdout } = await floodgate(args, project.path);

    expect(stack.received).toEqual([meta, wasender]);
    expect(stdout).toContain(
      'Skipping 2 files that are no webhooks: meta/request.json, wasender/broken.json',
    );
    expect(stdout).toMatch(/stored +2/);
    expect(exitCode).toBe(0);
  });

  test('sends one provider’s only where that is asked for', async () => {
    await using stack = await startStubStack();
    using project = projectWith(stack);
    using folder = temporaryFolder(files);
    const args = ['send', '--payloads', folder.path, '--provider', 'wasender'];

    await floodgate(args, project.path);

    expect(stack.received).toEqual([wasender]);
  });

  test.each([
    [[], 'none of its JSON files, 2 in all,'],
    [['--provider', 'meta'], 'none of its JSON files, 2 in all,'],
  ])('says what it looked for in a folder without webhooks (%j)', async (args, found) => {
    using folder = temporaryFolder({ 'a.json': '{}', 'b.json': '{', 'c.txt': meta });

    const { exitCode, stderr } = await floodgate(['send', '--payloads', folder.path, ...args]);

    expect(stderr).toContain(`--payloads: there is no webhook in ${folder.path}: `);
    expect(stderr).toContain(found);
    expect(exitCode).toBe(2);
  });

  test('says that a folder has no webhook of the provider that is asked for', async () => {
    using folder = temporaryFolder({ 'a.json': meta });
    const args = ['send', '--payloads', folder.path, '--provider', 'wasender'];

    const { exitCode, stderr } = await floodgate(args);

    expect(stderr).toContain(`--payloads: there is no webhook of wasender in ${folder.path}`);
    expect(exitCode).toBe(2);
  });

  test('refuses to sign the webhooks of both providers with one secret', async () => {
    using folder = temporaryFolder(files);

    const { exitCode, stderr } = await floodgate([
      'send',
      '--payloads',
      folder.path,
      '--secret',
      'secret',
    ]);

    expect(stderr).toContain('--secret needs --provider');
    expect(exitCode).toBe(2);
  });
});
