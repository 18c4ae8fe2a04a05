import { styleText } from 'node:util';
import { drawColumns, span } from '../terminal/columns.ts';
import { type DeadLetter, NO_REASON } from './dead-letter.ts';
import type { DropReport } from './drop.ts';
import type { Found, Listing } from './list.ts';
import type { RedriveReport } from './redrive.ts';

/** What lies in the dead-letter queues, for people; in colours where `stream` shows them. */
export function drawListing(listing: Listing, stream: NodeJS.WritableStream): string {
  const { queues, deadLetters } = listing;
  const lines = queues.flatMap(({ name, deadLetters: count, queue }) => {
    const found = deadLetters.filter(({ letter }) => letter.queue === name);
    const source =
      queue === null ? '' : `; the queue has ${queue.waiting} waiting, ${queue.inFlight} in flight`;
    const heading = `${styleText('bold', name, { stream })}: ${plural(count, 'dead letter')}${source}`;
    const shown = found.length > 0 ? drawRows(found, stream) : [];
    const more = count - found.length;
    const hidden = more > 0 ? [`… and ${more} more: not meant, or behind ten of their group`] : [];
    return [heading, ...shown, ...hidden, ''];
  });
  return `${lines.join('\n')}`;
}

const HEADINGS = ['ID', 'SINCE', 'REASON', 'EVENT', 'CHANNEL', 'BEHIND IT', 'GROUP'];

function drawRows(found: readonly Found[], stream: NodeJS.WritableStream): string[] {
  const now = Date.now();
  const rows = found.map(({ letter, behind, isMoreBehind }) => [
    letter.id,
    `${span(now - letter.since.getTime())} ago`,
    reasonOf(letter),
    letter.event === undefined ? 'unreadable' : `${letter.event.kind} ${letter.event.type}`,
    letter.event?.channel ?? '',
    `${behind}${isMoreBehind ? ' or more' : ''}`,
    letter.group ?? '',
  ]);
  return drawColumns(HEADINGS, rows, stream);
}

/** With what an endpoint answered, or why it did not, where that was it. */
function reasonOf({ reason = NO_REASON, fault }: DeadLetter): string {
  return fault === undefined ? reason : `${reason}: ${fault}`;
}

/** One dead letter, a fact a line. */
export function drawLetter({ letter, behind, isMoreBehind }: Found, isBodyShown: boolean): string {
  const { id, queue, since, group, receiveCount, event, body } = letter;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['id', id],
    ['queue', queue],
    [
      'reason',
      letter.reason === undefined
        ? `${NO_REASON}: SQS set it aside, after too many receives`
        : reasonOf(letter),
    ],
    ['since', `${since.toISOString()} (${span(Date.now() - since.getTime())} ago)`],
    ['receives', String(receiveCount)],
    ['group', group],
    [
      'behind it',
      `${behind}${isMoreBehind ? ' or more' : ''} of its group, in this dead-letter queue`,
    ],
    ['event', event?.eventId ?? 'none that this release reads'],
    ['kind', event && `${event.kind} ${event.type}`],
    ['channel', event && `${event.provider} ${event.channel}`],
    ['subscriber', event?.subscriberId],
    ['occurred', event?.occurredAt],
    ['body', isBodyShown ? body : `${body.length} characters (--body shows them)`],
  ];
  return facts
    .flatMap(([name, value]) => (value === undefined ? [] : `${name.padEnd(11)}${value}\n`))
    .join('');
}

export function drawRedrive(report: RedriveReport, stream: NodeJS.WritableStream): string {
  const { queue, sentBack, cameBack, failures, stayed } = report;
  const isOk = failures.length === 0 && cameBack === 0;
  const lines = [
    styleText(isOk ? 'green' : 'red', `${queue}: ${sentBack} sent back, ${stayed} stay`, {
      stream,
    }),
    ...(cameBack > 0 ? [`${cameBack} came back at once: what they failed by is not mended`] : []),
    ...failures,
  ];
  return `${lines.join('\n')}\n`;
}

export function drawDrop({ queue, dropped, stayed }: DropReport): string {
  return `${queue}: ${dropped} dropped, ${stayed} stay\n`;
}

/** What would be taken, by reason. */
export function drawDryRun(verb: string, { queues, deadLetters }: Listing): string {
  const lines = queues.map(({ name }) => {
    const letters = deadLetters.map(({ letter }) => letter).filter(({ queue }) => queue === name);
    return `${name}: would ${verb} ${letters.length}${byReason(letters)}`;
  });
  const hint = deadLetters.some(({ isMoreBehind }) => isMoreBehind)
    ? ['and whatever is meant behind ten of one group']
    : [];
  return `${[...lines, ...hint].join('\n')}\n`;
}

function byReason(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return '';
  const counts = Map.groupBy(letters, ({ reason = NO_REASON }) => reason);
  const groups = new Set(letters.map(({ group, id }) => group ?? id)).size;
  const reasons = [...counts].map(([reason, { length }]) => `${reason} ${length}`).join(', ');
  return ` of ${plural(groups, 'group')} (${reasons})`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
