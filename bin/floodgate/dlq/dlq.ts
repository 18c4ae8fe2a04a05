import { findStack, type StackAddress } from '../stack/deployed-stack.ts';
import { openRecords } from '../stack/operation-record.ts';
import {
  type Command,
  type Surroundings,
  UnavailableError,
  UsageError,
} from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { type ProgressBar, progressBar } from '../terminal/progress-bar.ts';
import { type DeadLetter, isSelected } from './dead-letter.ts';
import { type DeadLetterQueue, openDeadLetterQueues } from './dead-letter-queue.ts';
import { drop, dropped } from './drop.ts';
import { DLQ_HELP } from './help.ts';
import { type Found, type Listing, list } from './list.ts';
import { type DlqOptions, readDlqOptions } from './options.ts';
import { redrive } from './redrive.ts';
import { drawDrop, drawDryRun, drawLetter, drawListing, drawRedrive } from './table.ts';

export const dlq: Command = {
  summary: 'look at dead letters, send them back, or drop them',
  help: DLQ_HELP,
  run: async (args, surroundings) => {
    const options = readDlqOptions(args);
    const stack = await findStack(options.stack, surroundings);
    using opened = await openDeadLetterQueues(stack);
    using interrupt = onInterrupt();
    const bar = progressBar(surroundings.stderr);
    const queues = chooseQueues(opened.queues, options.queue);
    const work = { options, queues, stack, bar, signal: interrupt.signal };
    return await actions[options.action](work, surroundings);
  },
};

interface Work {
  readonly options: DlqOptions;
  readonly queues: readonly DeadLetterQueue[];
  readonly stack: StackAddress;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

type Run = (work: Work, surroundings: Surroundings) => Promise<number>;

const actions: Readonly<Record<DlqOptions['action'], Run>> = {
  list: runList,
  show: runShow,
  redrive: runRedrive,
  drop: runDrop,
};

function chooseQueues(
  queues: readonly DeadLetterQueue[],
  name: string | undefined,
): readonly DeadLetterQueue[] {
  const chosen = queues.filter((queue) => name === undefined || queue.name === name);
  if (chosen.length > 0 || name === undefined) return chosen;
  const known = queues.map((queue) => queue.name).join(', ');
  throw new UsageError(`--queue is one of ${known}, not "${name}"`);
}

function meantBy({ selection }: DlqOptions): (letter: DeadLetter) => boolean {
  const startedAt = Date.now();
  return (letter) => isSelected(letter, selection, startedAt);
}

async function look({ queues, options, signal, bar }: Work): Promise<Listing> {
  const listing = await list(queues, {
    ...{ isMeant: meantBy(options), signal },
    onProgress: bar.show,
  }).finally(bar.clear);
  return listing;
}

async function runList(work: Work, { stdout }: Surroundings): Promise<number> {
  const { isJson, isBodyShown } = work.options;
  const listing = await look(work);
  const { queues, deadLetters } = listing;
  const json = () => ({
    queues,
    deadLetters: deadLetters.map((found) => asJson(found, isBodyShown)),
  });
  stdout.write(isJson ? `${JSON.stringify(json())}\n` : drawListing(listing, stdout));
  return 0;
}

async function runShow(work: Work, { stdout }: Surroundings): Promise<number> {
  const { isJson, isBodyShown, selection } = work.options;
  const { deadLetters } = await look(work);
  const [found, ...more] = deadLetters;
  const [id = ''] = selection.ids;
  if (found === undefined) {
    throw new UnavailableError(
      `no dead letter that can be seen now has an id that begins with ${id}`,
    );
  }
  if (more.length > 0) {
    throw new UsageError(`${deadLetters.length} dead letters have an id that begins with ${id}`);
  }
  stdout.write(
    isJson ? `${JSON.stringify(asJson(found, isBodyShown))}\n` : drawLetter(found, isBodyShown),
  );
  return 0;
}

async function runRedrive(work: Work, surroundings: Surroundings): Promise<number> {
  const { queues, options, signal, bar } = work;
  if (options.isDryRun) return dryRun('send back', work, surroundings);
  const reports = [];
  for (const queue of queues) {
    const { waiting } = await queue.count();
    const onProgress = (sent: number) => bar.show(queue.name, sent, Math.max(waiting, sent));
    const { selection } = options;
    reports.push(await redrive(queue, { selection, signal, onProgress }).finally(bar.clear));
  }
  const { stdout } = surroundings;
  stdout.write(
    options.isJson
      ? `${JSON.stringify({ queues: reports })}\n`
      : reports.map((report) => drawRedrive(report, stdout)).join(''),
  );
  const isOk = reports.every(({ failures, cameBack }) => failures.length === 0 && cameBack === 0);
  return isOk && !signal.aborted ? 0 : 1;
}

async function runDrop(work: Work, surroundings: Surroundings): Promise<number> {
  const { queues, options, stack, signal, bar } = work;
  if (options.isDryRun) return dryRun('drop', work, surroundings);
  using records = await openRecords(stack);
  const reports = [];
  for (const queue of queues) {
    const { waiting } = await queue.count();
    const record = (letters: readonly DeadLetter[]) =>
      records.record({
        ...{ action: 'dead-letters-dropped', why: options.why },
        details: dropped(queue.name, letters),
      });
    const onProgress = (gone: number) => bar.show(queue.name, gone, Math.max(waiting, gone));
    const isMeant = meantBy(options);
    reports.push(await drop(queue, { isMeant, signal, record, onProgress }).finally(bar.clear));
  }
  surroundings.stdout.write(
    options.isJson ? `${JSON.stringify({ queues: reports })}\n` : reports.map(drawDrop).join(''),
  );
  return signal.aborted ? 1 : 0;
}

async function dryRun(verb: string, work: Work, { stdout }: Surroundings): Promise<number> {
  const listing = await look(work);
  const { deadLetters } = listing;
  const json = { isDryRun: true, deadLetters: deadLetters.map((found) => asJson(found, false)) };
  stdout.write(work.options.isJson ? `${JSON.stringify(json)}\n` : drawDryRun(verb, listing));
  return 0;
}

function asJson({ letter, behind, isMoreBehind }: Found, isBodyShown: boolean): object {
  const { receiptHandle: _, body, ...facts } = letter;
  return { ...facts, behind, isMoreBehind, ...(isBodyShown && { body }) };
}
