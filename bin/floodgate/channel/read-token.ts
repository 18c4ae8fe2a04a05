import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Surroundings, UsageError } from '../terminal/command.ts';

/** Longer than any token of either provider, as long as a parameter may be. */
const MAX_LENGTH = 4_096;

/** Reads a token where nobody sees it: from stdin, or typed without an echo. */
export async function readToken(
  source: 'stdin' | 'prompt',
  surroundings: Surroundings,
): Promise<string> {
  const typed = source === 'stdin' ? await readAll(surroundings) : await prompt(surroundings);
  const token = typed.trim();
  if (token === '') throw new UsageError('the token is empty');
  if (token.length > MAX_LENGTH || /[^\x21-\x7e]/.test(token)) {
    throw new UsageError(
      `the token takes up to ${MAX_LENGTH} letters, digits and signs, without spaces`,
    );
  }
  return token;
}

async function readAll({ stdin }: Surroundings): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function prompt({ stdin, stderr }: Surroundings): Promise<string> {
  if (!('isTTY' in stdin) || stdin.isTTY !== true) {
    throw new UsageError(
      'nobody can type the access token here: give it by --token-stdin, or leave alone what is there by --no-token',
    );
  }
  stderr.write('Access token (it is not shown): ');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
