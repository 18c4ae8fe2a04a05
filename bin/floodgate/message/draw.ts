import { styleText } from 'node:util';
import type { OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import type { OutgoingListAnswer } from '../../../lambda/sending/messages/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { drawColumns } from '../terminal/columns.ts';

type Stream = NodeJS.WritableStream;
type State = OutgoingAnswer['state'];

const COLOURS: Readonly<Record<State, 'dim' | 'blue' | 'green' | 'yellow' | 'red'>> = {
  ...{ queued: 'dim', sending: 'dim', sent: 'dim', held: 'yellow', delivered: 'green' },
  ...{ read: 'blue', failed: 'red', uncertain: 'yellow', cancelled: 'dim', expired: 'red' },
};

const TICKS: Readonly<Partial<Record<State, string>>> = {
  ...{ sent: '✓', held: '✓', delivered: '✓✓', read: '✓✓' },
};

/** The state, as WhatsApp shows it. */
export function drawState(state: State, stream: Stream): string {
  const ticks = TICKS[state];
  const shown = ticks === undefined ? state : `${ticks} ${state}`;
  return styleText(COLOURS[state], shown, { stream });
}

/** One message, a fact a line. */
export function drawOutgoing(one: OutgoingAnswer, stream: Stream): string {
  const { error } = one;
  const facts = [
    ['id', one.id],
    ['state', drawState(one.state, stream)],
    ['to', one.to],
    ['says', printable(JSON.stringify(one.body))],
    ['category', one.category],
    ['taken', one.createdAt],
    ['until', one.notAfter],
    ...(one.sentAt === null ? [] : [['sent', one.sentAt]]),
    ...(one.wamid === null ? [] : [['wamid', one.wamid]]),
    ...(error === null
      ? []
      : [
          [
            'error',
            [error.class, error.code, error.text].filter((part) => part !== null).join(' '),
          ],
        ]),
  ];
  return facts
    .map(([name = '', fact]) => `${styleText('dim', name.padEnd(9), { stream })}${fact}\n`)
    .join('');
}

const HEADINGS = ['AT', 'STATE', 'CLASS', 'ATTEMPT', 'TO', 'ID'];

export function drawList({ messages, isComplete }: OutgoingListAnswer, stream: Stream): string {
  if (messages.length === 0) return 'Nothing waits to be sent.\n';
  const rows = messages.map((one) => [
    one.at,
    drawState(one.state, stream),
    one.class,
    String(one.attempt),
    one.to,
    one.id,
  ]);
  const more = isComplete ? '' : 'There are more.\n';
  return `${drawColumns(HEADINGS, rows, stream).join('\n')}\n${more}`;
}
