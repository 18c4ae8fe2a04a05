import { styleText } from 'node:util';
import { printable } from '../../../lambda/shared/printable.ts';
import type { PersonAnswer, PhoneMessage } from '../../../local/whatsapp/stand-in-schemas.ts';
import { drawColumns, span } from '../terminal/columns.ts';

type Stream = NodeJS.WritableStream;

const HEADINGS = ['WHO', 'NAME', 'GOT', 'UNREAD', 'FAILED', 'WROTE', 'LAST WROTE', 'MARKETING'];

export function drawPeople(people: readonly PersonAnswer[], stream: Stream): string {
  if (people.length === 0) {
    return 'Nobody wrote or was written to: npx floodgate whatsapp write --from 5215550001234 --text hola\n';
  }
  const rows = people.map((one) => [
    nameOf(one),
    printable(one.name),
    ...[one.got, one.unread, one.failed, one.wrote].map(String),
    one.lastWroteAt === null ? 'never' : `${span(Date.now() - Date.parse(one.lastWroteAt))} ago`,
    one.wantsMarketing ? 'yes' : styleText('yellow', 'stopped', { stream }),
  ]);
  return `${drawColumns(HEADINGS, rows, stream).join('\n')}\n`;
}

export function nameOf({ phone, userId }: PersonAnswer): string {
  return phone ?? userId;
}

/** A person's phone: who they are, and their messages, each with its time and ticks. */
export function drawPhone(
  person: PersonAnswer,
  messages: readonly PhoneMessage[],
  stream: Stream,
): string {
  const { name, userId, username, phone } = person;
  const names = [phone, userId, ...(username === null ? [] : [`@${username}`])];
  const title = `${styleText('bold', printable(name), { stream })}  ${names.filter((one) => one !== null).join('  ')}`;
  const rows = messages.map((message) => [
    message.at.slice(0, 19).replace('T', ' '),
    message.direction === 'to-business' ? styleText('green', 'wrote', { stream }) : 'got',
    drawTicks(message, stream),
    printable(message.text.replaceAll('\n', ' ')),
    styleText('dim', message.channel, { stream }),
  ]);
  const table =
    rows.length === 0
      ? ['nothing yet']
      : drawColumns(['TIME (UTC)', '', 'TICKS', 'TEXT', 'CHANNEL'], rows, stream);
  return `${[title, ...table].join('\n')}\n`;
}

const TICKS = { accepted: '…', sent: '✓', delivered: '✓✓', read: '✓✓', written: '✓', failed: '✗' };

/** Blue ticks are told from grey ones by a word too: not every terminal has colours. */
function drawTicks({ state, code }: PhoneMessage, stream: Stream): string {
  const ticks = TICKS[state];
  if (state === 'read') return styleText('blue', `${ticks} read`, { stream });
  return state === 'failed' ? styleText('red', `${ticks} ${code}`, { stream }) : ticks;
}

/** How the stack took a webhook. */
export function drawWebhook(status: number | 'none', stream: Stream): string {
  if (status === 200) return styleText('green', 'The stack took it.', { stream });
  const why = status === 'none' ? 'did not answer' : `answered ${status}`;
  return `${styleText('red', `The stack ${why}.`, { stream })} It is tried again, as a provider would.`;
}
