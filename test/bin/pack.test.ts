import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { aDeployment } from './a-deployment.ts';
import { type TemporaryFolder, temporaryFolder } from './command-line.ts';

const run = promisify(execFile);
const projectFolder = path.join(import.meta.dirname, '..', '..');

/** The Node.js of the machine, which may be the oldest that the package runs on. */
const NODES = [process.execPath, '/usr/bin/node'].filter((node) => existsSync(node));

let elsewhere: TemporaryFolder;

// What npm pack makes, laid where nothing of this project is.
beforeAll(async () => {
  elsewhere = temporaryFolder({});
  const into = ['--pack-destination', elsewhere.path];
  const { stdout } = await run('npm', ['pack', '--silent', ...into], { cwd: projectFolder });
  const file = stdout.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', path.join(elsewhere.path, file), '-C', elsewhere.path]);
  return () => elsewhere[Symbol.dispose]();
}, 120_000);

describe.each(NODES)('the package of the command, run by %s', (node) => {
  const floodgate = async (...args: string[]) => {
    const command = path.join(elsewhere.path, 'package', 'bin', 'floodgate.js');
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const credentials = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a' };
    const env = { ...environment, ...credentials, AWS_SECRET_ACCESS_KEY: 'b' };
    const cwd = elsewhere.path;
    return await run(node, [command, ...args], { env, cwd }).catch((error) => error);
  };

  test('shows its help and its version', { timeout: 30_000 }, async () => {
    expect((await floodgate('--help')).stdout).toMatch(/^Usage: npx floodgate/);
    expect((await floodgate('help', 'listen')).stdout).toContain('--forward <URL>');
    expect((await floodgate('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['subscriber', 'list'], 'error: no local stack runs'],
    [
      ['listen', '--forward', 'http://127.0.0.1:1', '--stack', 'Floodgate'],
      'error: the stack Floodgate cannot be read: connect ECONNREFUSED',
    ],
    [['dlq', 'list', '--stack', 'Floodgate'], 'error: the stack Floodgate cannot be read'],
    [['replay', '--from', '1h', '--dry-run'], 'error: no local stack runs'],
  ])('says what is missing, and nothing else: %j', { timeout: 30_000 }, async (args, said) => {
    const { code, stdout, stderr } = await floodgate(...args);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(said), stderr).toBe(true);
  });

  test('serves the page of the console', { timeout: 30_000 }, async () => {
    const aws = await aDeployment({ TableName: 'table', ApiUrl: 'http://127.0.0.1:1' });
    const command = path.join(elsewhere.path, 'package', 'bin', 'floodgate.js');
    const args = [command, 'console', '--stack', 'Floodgate-a', '--port', '0', '--json'];
    const credentials = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a' };
    const running = spawn(node, args, {
      env: { AWS_ENDPOINT_URL: aws, ...credentials, AWS_SECRET_ACCESS_KEY: 'b' },
      cwd: elsewhere.path,
    });
    onTestFinished(() => void running.kill('SIGKILL'));
    let said = '';
    running.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await expect.poll(() => said).toMatch(/\n$/);
    const { origin, hash } = new URL(JSON.parse(said).url);
    const key = new URLSearchParams(hash.slice(hash.indexOf('?'))).get('key') ?? '';

    expect(await (await fetch(origin)).text()).toContain('<title>Floodgate</title>');
    for (const file of ['page.js', 'page.css', 'runbook.html', 'openapi.json']) {
      const answer = await fetch(`${origin}/console/${file}`);
      expect([file, answer.status]).toEqual([file, 200]);
      expect((await answer.text()).length).toBeGreaterThan(1000);
    }
    // Nothing is where the API should be, and it says so.
    const overview = await fetch(`${origin}/console/read/overview`, {
      headers: { 'x-floodgate-key': key },
    });
    expect(overview.status).toBe(503);
  });
});
