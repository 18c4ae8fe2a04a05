import { isSelected, NO_REASON, type Selection } from '../../bin/floodgate/dlq/dead-letter.ts';
import { openDeadLetterQueues } from '../../bin/floodgate/dlq/dead-letter-queue.ts';
import { drop, dropped } from '../../bin/floodgate/dlq/drop.ts';
import { type Found, type Listing, list } from '../../bin/floodgate/dlq/list.ts';
import { type RedriveReport, redrive } from '../../bin/floodgate/dlq/redrive.ts';
import type { StackAddress } from '../../bin/floodgate/stack/deployed-stack.ts';
import { openRecords } from '../../bin/floodgate/stack/operation-record.ts';
import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';
import type { DoneAnswer, LetterAnswer, LettersAnswer } from './answers.ts';

/** Nobody waits for longer. */
const PATIENCE_MS = 60_000;

const EVERY: Selection = {
  ...{ ids: [], reason: undefined, channel: undefined, subscriber: undefined },
  ...{ group: undefined, withinMs: undefined },
};

/** What lies in the dead-letter queues; it stays there. */
export async function lettersOf(stack: StackAddress): Promise<LettersAnswer> {
  const { queues, deadLetters } = await lookAt(stack, EVERY);
  return {
    queues: queues.map(({ name, deadLetters: count }) => ({ name, deadLetters: count })),
    letters: deadLetters.map(letterAnswer),
  };
}

/** The message itself, with what people wrote. */
export async function letterOf(stack: StackAddress, id: string): Promise<{ body: string }> {
  const { deadLetters } = await lookAt(stack, { ...EVERY, ids: [id] });
  const [found] = deadLetters;
  if (found === undefined)
    throw new UnavailableError(`the dead letter ${id} is not there any more`);
  return { body: found.letter.body };
}

const turns = new WeakMap<StackAddress, Promise<unknown>>();

/** Whoever looks at them hides all of them from others for a moment, so it is done by one after another. */
function inTurn<T>(stack: StackAddress, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(stack) ?? Promise.resolve()).then(work);
  turns.set(
    stack,
    mine.catch(() => undefined),
  );
  return mine;
}

function lookAt(stack: StackAddress, selection: Selection): Promise<Listing> {
  return inTurn(stack, async () => {
    using opened = await openDeadLetterQueues(stack);
    const now = Date.now();
    return await list(opened.queues, {
      isMeant: (letter) => isSelected(letter, selection, now),
      signal: AbortSignal.timeout(PATIENCE_MS),
      onProgress: () => undefined,
    });
  });
}

function letterAnswer({ letter, behind }: Found): LetterAnswer {
  const { id, queue, reason = NO_REASON, fault, since, receiveCount, event } = letter;
  return {
    ...{ id, queue, since: since.toISOString(), receiveCount, behind },
    reason: fault === undefined ? reason : `${reason}: ${fault}`,
    what: event === undefined ? null : `${event.kind} ${event.type}`,
    channel: event?.channel ?? null,
    eventId: event?.eventId ?? null,
  };
}

/** Sends those back to the queue that they came from. */
export function sendBack(stack: StackAddress, ids: readonly string[]): Promise<DoneAnswer> {
  return inTurn(stack, () => redriveAll(stack, ids));
}

async function redriveAll(stack: StackAddress, ids: readonly string[]): Promise<DoneAnswer> {
  using opened = await openDeadLetterQueues(stack);
  const reports: RedriveReport[] = [];
  for (const queue of opened.queues) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const onProgress = () => undefined;
    reports.push(await redrive(queue, { selection: { ...EVERY, ids }, signal, onProgress }));
  }
  const sum = (of: 'sentBack' | 'cameBack') => reports.reduce((all, one) => all + one[of], 0);
  const failures = reports.flatMap((one) => one.failures);
  const [sentBack, cameBack] = [sum('sentBack'), sum('cameBack')];
  const says = [
    `${sentBack} sent back`,
    ...(cameBack > 0 ? [`${cameBack} came back at once: what they failed by is not mended`] : []),
    ...failures,
  ];
  const isOk = sentBack > 0 && failures.length === 0 && cameBack === 0;
  return { isOk, says: `${says.join('. ')}.` };
}

/** Deletes those for good; the table keeps who did it and why. */
export function dropLetters(
  stack: StackAddress,
  ids: readonly string[],
  why: string,
): Promise<DoneAnswer> {
  return inTurn(stack, () => dropAll(stack, ids, why));
}

async function dropAll(
  stack: StackAddress,
  ids: readonly string[],
  why: string,
): Promise<DoneAnswer> {
  using opened = await openDeadLetterQueues(stack);
  using records = await openRecords(stack);
  const now = Date.now();
  let gone = 0;
  for (const queue of opened.queues) {
    const report = await drop(queue, {
      isMeant: (letter) => isSelected(letter, { ...EVERY, ids }, now),
      signal: AbortSignal.timeout(PATIENCE_MS),
      record: (letters) =>
        records.record({
          ...{ action: 'dead-letters-dropped', why },
          details: dropped(queue.name, letters),
        }),
      onProgress: () => undefined,
    });
    gone += report.dropped;
  }
  return { isOk: gone > 0, says: `${gone} dropped.` };
}
