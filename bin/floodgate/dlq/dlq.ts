import { findStack, type StackAddress } from '../stack/deployed-stack.ts';
import { openRecords } from '../stack/operation-record.ts';
import { type Answer, answering } from '../terminal/answering.ts';
import { UnavailableError, UsageError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { type ProgressBar, progressBar } from '../terminal/progress-bar.ts';
import { type DeadLetter, isSelected } from './dead-letter.ts';
import { type DeadLetterQueue, openDeadLetterQueues } from './dead-letter-queue.ts';
import { drawDrop, drawDryRun, drawLetter, drawListing, drawRedrive } from './draw.ts';
import { type DropReport, drop, dropped } from './drop.ts';
import { type Found, type Listing, list } from './list.ts';
import { type DlqOptions, readDlqOptions } from './options.ts';
import { type RedriveReport, redrive } from './redrive.ts';

export const dlq = answering(readDlqOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  using opened = await openDeadLetterQueues(stack);
  using interrupt = onInterrupt();
  const bar = progressBar(surroundings.stderr);
  const queues = chooseQueues(opened.queues, options.queue);
  const work = { options, queues, stack, bar, signal: interrupt.signal };
  return await actions[options.action](work);
});

interface Work {
  readonly options: DlqOptions;
  readonly queues: readonly DeadLetterQueue[];
  readonly stack: StackAddress;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

type Run = (work: Work) => Promise<Answer>;

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

async function runList(work: Work): Promise<Answer> {
  const { isBodyShown } = work.options;
  const listing = await look(work);
  const { queues, deadLetters } = listing;
  return {
    json: { queues, deadLetters: deadLetters.map((found) => asJson(found, isBodyShown)) },
    text: (stream) => drawListing(listing, stream),
  };
}

async function runShow(work: Work): Promise<Answer> {
  const { isBodyShown, selection } = work.options;
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
  return { json: asJson(found, isBodyShown), text: () => drawLetter(found, isBodyShown) };
}

async function runRedrive(work: Work): Promise<Answer> {
  const { queues, options, signal, bar } = work;
  if (options.isDryRun) return dryRun('send back', work);
  const reports: RedriveReport[] = [];
  for (const queue of queues) {
    const { waiting } = await queue.count();
    const onProgress = (sent: number) => bar.show(queue.name, sent, Math.max(waiting, sent));
    const { selection } = options;
    reports.push(await redrive(queue, { selection, signal, onProgress }).finally(bar.clear));
  }
  const isAll = reports.every(({ failures, cameBack }) => failures.length === 0 && cameBack === 0);
  return {
    isOk: isAll && !signal.aborted,
    json: { queues: reports },
    text: (stream) => reports.map((report) => drawRedrive(report, stream)).join(''),
  };
}

async function runDrop(work: Work): Promise<Answer> {
  const { queues, options, stack, signal, bar } = work;
  if (options.isDryRun) return dryRun('drop', work);
  using records = await openRecords(stack);
  const reports: DropReport[] = [];
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
  const text = () => reports.map(drawDrop).join('');
  return { isOk: !signal.aborted, json: { queues: reports }, text };
}

async function dryRun(verb: string, work: Work): Promise<Answer> {
  const listing = await look(work);
  const { deadLetters } = listing;
  return {
    json: { isDryRun: true, deadLetters: deadLetters.map((found) => asJson(found, false)) },
    text: () => drawDryRun(verb, listing),
  };
}

function asJson({ letter, behind, isMoreBehind }: Found, isBodyShown: boolean): object {
  const { receiptHandle: _, body, ...facts } = letter;
  return { ...facts, behind, isMoreBehind, ...(isBodyShown && { body }) };
}
