import { styleText } from 'node:util';
import * as z from 'zod/mini';
import type { Posted } from './post-event.ts';
import type { WaitingEvent } from './waiting-event.ts';

const word = z.optional(z.string());

/** What of an event can be shown without a word of its content. */
const schema = z.object({
  type: z.string(),
  data: z.object({
    ...{ channel: word, messageType: word, status: word, callEvent: word, field: word },
  }),
});

/** One try, as a line of a program. */
export function eventJson(event: WaitingEvent, posted: Posted, isVerbose: boolean): object {
  const { kind: outcome, ...result } = posted;
  const { receiveCount, headers, body } = event;
  return {
    id: headers['webhook-id'] ?? event.messageId,
    ...factsOf(event),
    ...{ outcome, ...result, receiveCount },
    ...(isVerbose && { body }),
  };
}

/** One try, as a line for people. */
export function eventLine(
  event: WaitingEvent,
  posted: Posted,
  isVerbose: boolean,
  stream: NodeJS.WritableStream,
): string {
  const { type, detail = '', channel = '' } = factsOf(event);
  const time = new Date().toTimeString().slice(0, 8);
  const result = 'status' in posted ? String(posted.status) : posted.kind;
  const colour = posted.kind === 'taken' ? 'green' : 'red';
  const again = event.receiveCount > 1 ? ` (received ${event.receiveCount} times)` : '';
  const cells = [
    styleText('dim', time, { stream }),
    styleText(colour, result.padEnd(3), { stream }),
    `${posted.ms} ms`.padStart(8),
    printable(`${type} ${detail}`).trim().padEnd(28),
    printable(channel).padEnd(15),
    printable(`${event.headers['webhook-id'] ?? event.messageId}${again}`),
  ];
  return `${cells.join('  ')}\n${isVerbose ? `${printable(event.body)}\n` : ''}`;
}

/** In the format of a provider an event says less of itself. */
function factsOf({ body }: WaitingEvent): {
  readonly type: string;
  readonly detail?: string | undefined;
  readonly channel?: string | undefined;
} {
  const event = schema.safeParse(parse(body)).data;
  if (event === undefined) return { type: 'webhook' };
  const { channel, messageType, status, callEvent, field } = event.data;
  return { type: event.type, detail: messageType ?? status ?? callEvent ?? field, channel };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Whoever writes to the business must not command the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
