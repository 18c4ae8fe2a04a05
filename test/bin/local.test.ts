import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../local/loopback-server.ts';
import { buildAssembly } from '../../local/template/assembly.ts';

const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'local.ts');

function run(...parameters: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...parameters]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, said, exit };
}

test('says where everything is, then stops on SIGTERM with exit code 0', {
  timeout: 120_000,
}, async () => {
  const { child, said, exit } = run('--port', '0', '--assembly', await buildAssembly());
  await expect.poll(() => said.stdout, { timeout: 60_000 }).toMatch(/^ready \{.*\}\n/m);
  const ready = JSON.parse(/^ready (.*)$/m.exec(said.stdout)?.[1] ?? '');
  expect(ready).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    aws: expect.objectContaining({ sqs: expect.any(String), dynamodb: expect.any(String) }),
    whatsapp: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    table: 'EventsTable',
    queues: expect.objectContaining({ inbox: expect.any(String), deliveries: expect.any(String) }),
    subscriberQueuesArn: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:.*-$/),
    buckets: expect.arrayContaining(['archivebucket']),
  });
  expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${ready.whatsapp}/stand-in/people`)).status).toBe(200);

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(said).toMatchObject({ stdout: expect.stringMatching(/stopped\n$/), stderr: '' });
});

test('says in one line what keeps it from starting', async () => {
  const taken = await listen(createServer());
  onTestFinished(() => taken.close());
  const port = new URL(taken.url).port;

  for (const [parameters, line] of [
    [['--port', port], `port ${port} is in use; choose another with --port`],
    [['--port', 'http'], 'http is not a port'],
    [
      ['--port', '0', '--assembly', '/nowhere'],
      'no build in /nowhere; make one with npm run synth',
    ],
  ] as const) {
    const { said, exit } = run(...parameters);
    expect(await exit).toBe(1);
    expect(said.stderr).toBe(`floodgate: ${line}\n`);
  }
});

test('refuses options that it does not know, and shows those that it does', async () => {
  const unknown = run('--prot', '1');
  expect(await unknown.exit).toBe(1);
  expect(unknown.said.stderr).toMatch(/^floodgate: .*--prot.*\n$/);

  const help = run('--help');
  expect(await help.exit).toBe(0);
  expect(help.said.stdout).toContain('--assembly DIR');
});
