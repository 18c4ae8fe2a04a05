import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { floodgate } from './command-line.ts';

const command = path.join(import.meta.dirname, '..', '..', 'bin', 'floodgate.js');

async function typed(...args: string[]) {
  return await promisify(execFile)(process.execPath, [command, ...args]);
}

test('ends without a word where nobody reads its output any more', async () => {
  for (const args of [['--help'], ['send', '--help']]) {
    const child = spawn(process.execPath, [command, ...args]);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdout.destroy();
    await once(child, 'close');

    expect(stderr).toBe('');
  }
});

test('shows the list of commands as it is, from what npm run command-help wrote', async () => {
  const { stdout } = await floodgate(['--help']);

  expect((await typed('--help')).stdout).toBe(stdout);
  expect((await typed('help')).stdout).toBe(stdout);
});

test('shows its version', async () => {
  const json = readFileSync(path.join(path.dirname(command), '..', 'package.json'), 'utf8');

  expect(json).toContain(`"version": "${(await typed('--version')).stdout.trim()}"`);
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    expect((await typed('completion', shell)).stdout).toMatch(/floodgate['" ]? *complete/);
  });

  test.each([
    [['su'], 'subscriber'],
    [['subscriber', 'up'], 'update'],
    [['subscriber', 'add', '--retry'], '--retry-hours'],
  ])('completes %j', async (words, expected) => {
    const { stdout } = await typed('complete', '--', ...words);

    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toContain(expected);
  });

  test('refuses a shell that it does not know', async () => {
    const { exitCode, stderr } = await floodgate(['completion', 'tcsh']);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('zsh, bash, fish');
  });
});
