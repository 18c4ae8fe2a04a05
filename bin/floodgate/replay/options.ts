import type { EventFilter } from '../../../lambda/delivery/subscriber.ts';
import { CHATS, type Chat } from '../../../lambda/events/chat.ts';
import { EVENT_KINDS, type EventKind } from '../../../lambda/events/event.ts';
import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { readMoment, readRate, readUrl, readWords } from '../terminal/option-values.ts';
import {
  flag,
  JSON_OPTION,
  STACK_OPTION,
  text,
  texts,
  under,
  type Values,
} from '../terminal/options.ts';

const options = {
  ...under('When it was received (2026-11-20T10:30Z, or 2h):', {
    from: text('TIME', 'from then on', 'with --event: 14d'),
    to: text('TIME', 'before that', 'half an hour ago; with --from-table: now'),
  }),
  ...under('Which events; what is not said does not matter:', {
    event: texts(
      'ID',
      'these alone: event id, or webhook-id; reads no further than to the last of them',
    ),
    channel: texts('ID', 'of these phone number ids, sessions, or business accounts'),
    contact: text(
      'NAME',
      'of one contact of one --channel: phone number, BSUID or LID; all its names are followed',
    ),
    kind: texts('WORD', 'message, echo, history, call, status, account'),
    type: texts(
      'WORD',
      "text, image, choice, …: what is said, or the provider's type of messages, calls and account events; alone, no statuses",
    ),
    status: texts('WORD', 'sent, delivered, read, failed, …; alone, nothing but statuses'),
    direction: texts('WORD', 'inbound or outbound'),
    chat: texts('WORD', 'private, group, channel, status'),
  }),
  ...under('To whom:', {
    subscriber: texts(
      'WHO',
      'id or name; several likewise [all that want the event]. Each gets what its own filter lets pass; a paused one when it is resumed',
    ),
    'to-url': text(
      'URL',
      'or to this address, as events of the format standard. They are signed with FLOODGATE_REPLAY_SECRET (whsec_…), or with a secret made for it, which is shown',
    ),
  }),
  ...under('How:', {
    why: text('TEXT', 'the reason, kept with your name'),
    'dry-run': flag('only say how many, to whom, and what it costs'),
    rate: text('N', 'deliveries a second, at most; or max', '100'),
    'from-table': flag('read the table, all of it: what the archive does not have, or not yet'),
    resume: text(
      'ID',
      'go on with one that was stopped; --contact and --to-url have to be said again',
    ),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const REPLAY = {
  about:
    'Delivers again what was received: to each subscriber by its own queue, behind what waits there, in order for each contact, with the webhook-id of the first time and the header floodgate-replay. Reads the archive, which has what was received up to half an hour ago; or else the table, which has all for as long as rows live.',
  options,
  notes: `Options of several words take them by commas, or by being said again.

Ctrl-C stops it in good order, and says how to go on. Exit code: 0 if all is sent, 1 if not, 2 for a wrong command line.`,
  examples: [
    'npx floodgate replay --from 2h --dry-run',
    'npx floodgate replay --event message.Zq1… --subscriber crm --from-table \\\n--why "its fault is mended"',
    'npx floodgate replay --from 2026-11-20T10:00Z --to 2026-11-20T12:00Z \\\n--subscriber crm --why "its database was restored"',
    'npx floodgate replay --from 1d --channel 1001 --contact 15551230001 \\\n--kind message --to-url http://127.0.0.1:8080/hook --why "a bug report"',
    'npx floodgate replay --resume 1795332000000-4f9a1c2b',
  ],
  docs: ['archive.md', 'runbook.md'],
} as const;

/** What is replayed, and to whom. */
export interface ReplayOrder {
  /** In ms since 1970, by the receipt. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly filter: EventFilter;
  /** Ids of the events that are meant, where it is not all that fit. */
  readonly eventIds?: readonly string[];
  /** Whether it is about one contact, whose name is on no record. */
  readonly isOfContact: boolean;
  /** Ids or names; empty for all. */
  readonly subscribers: readonly string[];
  /** Host of the URL that takes the place of subscribers. */
  readonly toHost?: string;
  readonly isFromTable: boolean;
  /** Deliveries a second. */
  readonly rate: number | 'max';
}

export interface ReplayOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  /** A new one, or the id of one to go on with. */
  readonly order: ReplayOrder | { readonly resume: string };
  readonly contact: string | undefined;
  readonly toUrl: string | undefined;
  readonly why: string;
  /** Whether the archive does not have yet all that was asked for. */
  readonly isCutShort: boolean;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

type ReplayValues = Values<typeof options>;

const DEFAULT_RATE = 100;

/** For so long what was received may not be in the archive: an alarm speaks where it is longer. */
const ARCHIVE_LAG_MS = 30 * 60_000;

/** As long as a delivery waits for its subscriber at most. */
const EVENT_AGE_MS = 14 * 86_400_000;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readReplayOptions({ values }: Typed<typeof options>, nowMs: number): ReplayOptions {
  const toUrl = values['to-url'] && readUrl('--to-url', values['to-url']);
  const order =
    values.resume === undefined
      ? readOrder(values, toUrl, nowMs)
      : readResume(values.resume, values);
  const { why = '' } = values;
  if (values.resume === undefined && !values['dry-run'] && why.trim() === '') {
    throw new UsageError('replay takes --why TEXT, which is kept with your name, or --dry-run');
  }
  return {
    ...{ stack: values.stack, order, contact: values.contact, toUrl, why },
    isCutShort: 'to' in order && order.to < askedUntil(values, nowMs),
    ...{ isDryRun: values['dry-run'], isJson: values.json },
  };
}

const WITH_RESUME = ['resume', 'stack', 'contact', 'to-url', 'why', 'json'];

function readResume(resume: string, values: ReplayValues) {
  const typed = Object.entries(values).flatMap(([name, value]) => (value === false ? [] : [name]));
  const other = typed.find((option) => !WITH_RESUME.includes(option));
  if (other !== undefined) {
    throw new UsageError(`--resume goes on with what was ordered: it takes no --${other}`);
  }
  if (/^\d{13}-[0-9a-f]{8}$/.test(resume)) return { resume };
  throw new UsageError(`--resume takes the id of a replay, not "${resume}"`);
}

function readOrder(values: ReplayValues, toUrl: string | undefined, nowMs: number): ReplayOrder {
  const { subscriber, contact, channel } = values;
  if (toUrl !== undefined && subscriber !== undefined) {
    throw new UsageError('--to-url and --subscriber exclude each other');
  }
  if (contact !== undefined && readWords(channel)?.length !== 1) {
    throw new UsageError('--contact takes one --channel: a name means somebody there');
  }
  const eventIds = readWords(values.event);
  return {
    ...readSpan(values, nowMs),
    filter: readFilter(values),
    ...(eventIds && { eventIds }),
    isOfContact: contact !== undefined,
    subscribers: readWords(subscriber) ?? [],
    ...(toUrl !== undefined && { toHost: new URL(toUrl).host }),
    isFromTable: values['from-table'],
    rate: values.rate === undefined ? DEFAULT_RATE : readRate('--rate', values.rate),
  };
}

function readSpan(values: ReplayValues, nowMs: number): Pick<ReplayOrder, 'from' | 'to'> {
  const from = readFrom(values, nowMs);
  const asked = askedUntil(values, nowMs);
  const shown = `${new Date(from).toISOString()} to ${new Date(asked).toISOString()}`;
  if (from >= asked) {
    throw new UsageError(`--from has to be before --to and before now: it is ${shown}`);
  }
  const to = values['from-table'] ? asked : Math.min(asked, nowMs - ARCHIVE_LAG_MS);
  if (from < to) return { from, to };
  throw new UsageError(
    `the archive has what was received up to half an hour ago: from ${shown} takes --from-table`,
  );
}

function readFrom({ from, event }: ReplayValues, nowMs: number): number {
  if (from !== undefined) return readMoment('--from', from, nowMs);
  if (event !== undefined) return nowMs - EVENT_AGE_MS;
  throw new UsageError('replay takes --from TIME, or --event ID');
}

/** What is to come is delivered anyway. */
function askedUntil({ to }: ReplayValues, nowMs: number): number {
  return to === undefined ? nowMs : Math.min(readMoment('--to', to, nowMs), nowMs);
}

function readFilter(values: ReplayValues): EventFilter {
  const types = readWords(values.type);
  const statuses = readWords(values.status);
  const kinds = readKinds(readWords(values.kind)) ?? impliedKinds(types, statuses);
  const directions = readWords(values.direction)?.map(readDirection);
  const chats = readWords(values.chat)?.map(readChat);
  const channels = readWords(values.channel);
  return {
    ...(channels && { channels }),
    ...(kinds && { kinds }),
    ...(types && { types }),
    ...(statuses && { statuses }),
    ...(directions && { directions }),
    ...(chats && { chats }),
  };
}

/** A list of types says nothing of statuses, and the other way round: those would all be sent. */
function impliedKinds(
  types: readonly string[] | undefined,
  statuses: readonly string[] | undefined,
): readonly EventKind[] | undefined {
  if (types === undefined && statuses === undefined) return undefined;
  return EVENT_KINDS.filter((kind) => (kind === 'status' ? statuses : types) !== undefined);
}

function readKinds(typed: readonly string[] | undefined): readonly EventKind[] | undefined {
  return typed?.map((word) => {
    const kind = EVENT_KINDS.find((one) => one === word);
    if (kind !== undefined) return kind;
    throw new UsageError(`--kind is one of ${EVENT_KINDS.join(', ')}, not "${word}"`);
  });
}

function readDirection(word: string): 'inbound' | 'outbound' {
  if (word === 'inbound' || word === 'outbound') return word;
  throw new UsageError(`--direction is inbound or outbound, not "${word}"`);
}

function readChat(word: string): Chat {
  const chat = CHATS.find((one) => one === word);
  if (chat !== undefined) return chat;
  throw new UsageError(`--chat is one of ${CHATS.join(', ')}, not "${word}"`);
}
