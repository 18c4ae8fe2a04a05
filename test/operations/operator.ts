import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LocalStack } from '../../local/stack.ts';
import { commandsOf } from './runbook.ts';
import { stackOutputs } from './stack-outputs.ts';

/** Whether the machine has what the runbook's commands need besides `aws`. */
export const hasShell = (...tools: readonly string[]) =>
  tools.every((tool) => spawnSync('bash', ['-c', `command -v ${tool}`]).status === 0);

export interface Operator {
  /**
   * Runs commands of the runbook, after those of its first section, in a folder of their own.
   *
   * What is typed goes to their standard input. Returns what they print; rejects where one fails.
   */
  readonly run: (commands: string, typed?: string) => Promise<string>;
}

/** Somebody with a shell, the runbook and `aws` for this stack. */
export async function anOperator(stack: LocalStack): Promise<Operator> {
  const folder = await mkdtemp(join(tmpdir(), 'operator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'aws'), awsCommand(stack));
  await chmod(join(folder, 'aws'), 0o755);
  for (const [name, value] of Object.entries(await stackOutputs(stack))) {
    await writeFile(join(folder, `${name}.output`), value);
  }
  // `aws` is the one of this folder.
  const first = ['PATH="$PWD:$PATH"', ...commandsOf('First')].join('\n');
  return {
    run: (commands, typed = '') => bash(`${first}\n${commands}`, typed, folder),
  };
}

/** Stands in for `aws`: outputs of the stack from files, all else from the stack's services. */
function awsCommand({ aws }: LocalStack): string {
  const program = fileURLToPath(new URL('aws-command.ts', import.meta.url));
  return `#!/bin/sh
folder=$(dirname "$0")
case "$1" in
  cloudformation) exec cat "$folder/$(expr "$*" : ".*OutputKey=='\\([A-Za-z]*\\)'").output" ;;
  sqs) endpoint='${aws.sqs}' ;;
  secretsmanager) endpoint='${aws.secretsmanager}' ;;
esac
exec '${execPath}' '${program}' "$endpoint" "$@"
`;
}

function bash(script: string, typed: string, cwd: string): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  child.stdin.end(typed);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said.stdout);
      else reject(new Error(`exit code ${code}: ${said.stderr}`));
    });
  });
}
