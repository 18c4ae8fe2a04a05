import { styleText } from 'node:util';
import * as z from 'zod/mini';
import { contentSchema } from '../../../lambda/content/schema.ts';
import { wordsOfContent } from '../../../lambda/content/words.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import type { Posted } from './post-event.ts';
import type { WaitingEvent } from './waiting-event.ts';

const word = z.optional(z.string());

const wordOrNull = z.optional(z.nullable(z.string()));

/** What of an event can be shown on a line. */
const schema = z.object({
  type: z.string(),
  data: z.object({
    ...{ channel: word, messageType: word, status: word, callEvent: word, field: word },
    direction: word,
    profileName: wordOrNull,
    contact: z.optional(z.object({ phone: wordOrNull, userId: wordOrNull, lid: wordOrNull })),
    content: z.optional(z.unknown()),
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
  const { type, detail = '', said = '', channel = '' } = factsOf(event);
  const time = new Date().toTimeString().slice(0, 8);
  const result = 'status' in posted ? String(posted.status) : posted.kind;
  const colour = posted.kind === 'taken' ? 'green' : 'red';
  const again = event.receiveCount > 1 ? ` (received ${event.receiveCount} times)` : '';
  const cells = [
    styleText('dim', time, { stream }),
    styleText(colour, result.padEnd(3), { stream }),
    `${posted.ms} ms`.padStart(8),
    printable(`${type} ${detail}`).trim().padEnd(28),
    printable(said).padEnd(40),
    printable(channel).padEnd(15),
    printable(`${event.headers['webhook-id'] ?? event.messageId}${again}`),
  ];
  return `${cells.join('  ')}\n${isVerbose ? `${printable(event.body)}\n` : ''}`;
}

/** In the format of a provider an event says less of itself. */
function factsOf({ body }: WaitingEvent): {
  readonly type: string;
  readonly detail?: string | undefined;
  /** Who said what. */
  readonly said?: string | undefined;
  readonly channel?: string | undefined;
} {
  const event = schema.safeParse(parse(body)).data;
  if (event === undefined) return { type: 'webhook' };
  const { channel, messageType, status, callEvent, field } = event.data;
  const detail = messageType ?? status ?? callEvent ?? field;
  return { type: event.type, detail, said: saidIn(event.data), channel };
}

const MOST_WORDS = 60;

/** `Ana: choice Yes`; undefined where nothing was said. */
function saidIn({ direction, profileName, contact, content }: z.infer<typeof schema>['data']) {
  const known = contentSchema.safeParse(content);
  if (!known.success) return undefined;
  const words = (wordsOfContent(known.data) ?? '').replace(/\s/g, ' ').slice(0, MOST_WORDS);
  const contactName = profileName ?? contact?.phone ?? contact?.userId ?? contact?.lid;
  const who = direction === 'outbound' ? 'you' : (contactName ?? 'somebody');
  return `${who}: ${known.data.kind} ${words}`.trim();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
