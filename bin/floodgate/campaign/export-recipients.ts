import { setTimeout as sleep } from 'node:timers/promises';
import { type ExportAnswer, exportAnswer } from '../../../lambda/sending/campaigns/schemas.ts';
import { UnavailableError } from '../terminal/command.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { pathOf, type Work } from './work.ts';

const ASK_EVERY_MS = 500;
/** An export is tried for as long. */
const PATIENCE_MS = 20 * 60_000;

/** Has an export made, waits for it, and prints it. */
export async function exportRecipients(work: Work): Promise<number> {
  const { api, options, stdout } = work;
  const { id, format, isJson } = options;
  const request = { method: 'POST', path: pathOf(id, '/export'), body: { format } } as const;
  const made = await waitFor(await api.call(request, exportAnswer), work);
  if (isJson) stdout.write(`${JSON.stringify(made)}\n`);
  else if (made.url !== null) await writeFrom(made.url, stdout);
  return 0;
}

async function waitFor(asked: ExportAnswer, { api, options, stderr }: Work): Promise<ExportAnswer> {
  const bar = progressBar(stderr);
  const startedAt = performance.now();
  const path = pathOf(options.id, `/exports/${encodeURIComponent(asked.id)}`);
  for (;;) {
    const made = await api.call({ method: 'GET', path }, exportAnswer);
    const waitedMs = performance.now() - startedAt;
    if (made.url !== null) {
      bar.clear();
      return made;
    }
    if (waitedMs > PATIENCE_MS) {
      throw new UnavailableError(`the export ${asked.id} is not there after 20 minutes`);
    }
    bar.count('exporting, seconds', Math.floor(waitedMs / 1000));
    await sleep(ASK_EVERY_MS);
  }
}

/** Prints what lies behind a link, no faster than it is read. */
export async function writeFrom(link: string, stdout: NodeJS.WritableStream): Promise<void> {
  const answer = await fetch(link);
  if (!answer.ok || answer.body === null) {
    throw new UnavailableError(`the file cannot be read: S3 answers ${answer.status}`);
  }
  for await (const chunk of answer.body) {
    if (!stdout.write(chunk)) await new Promise((resolve) => stdout.once('drain', resolve));
  }
}
