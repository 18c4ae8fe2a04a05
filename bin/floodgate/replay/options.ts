import type { EventFilter } from '../../../lambda/delivery/subscriber.ts';
import { CHATS, type Chat } from '../../../lambda/events/chat.ts';
import { EVENT_KINDS, type EventKind } from '../../../lambda/events/event.ts';
import { UsageError } from '../terminal/command.ts';
import { FLAG, parseCommandLine, TEXT, TEXTS } from '../terminal/command-line.ts';
import { readMoment, readRate, readUrl, readWords } from '../terminal/option-values.ts';

const optionTypes = {
  ...{ stack: TEXT, from: TEXT, to: TEXT, contact: TEXT },
  ...{ channel: TEXTS, kind: TEXTS, type: TEXTS, status: TEXTS, direction: TEXTS, chat: TEXTS },
  ...{ subscriber: TEXTS, event: TEXTS },
  ...{ 'to-url': TEXT, rate: TEXT, why: TEXT, resume: TEXT },
  ...{ 'from-table': FLAG, 'dry-run': FLAG, json: FLAG },
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

type Values = ReturnType<typeof readValues>;

const DEFAULT_RATE = 100;

/** For so long what was received may not be in the archive: an alarm speaks where it is longer. */
const ARCHIVE_LAG_MS = 30 * 60_000;

/** As long as a delivery waits for its subscriber at most. */
const EVENT_AGE_MS = 14 * 86_400_000;

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readReplayOptions(args: readonly string[], nowMs: number): ReplayOptions {
  const values = readValues(args);
  const toUrl = values['to-url'] && readUrl('--to-url', values['to-url']);
  const order =
    values.resume === undefined ? readOrder(values, toUrl, nowMs) : readResume(values.resume, args);
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

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes }).values;
}

const WITH_RESUME = ['resume', 'stack', 'contact', 'to-url', 'why', 'json'];

function readResume(resume: string, args: readonly string[]) {
  const typed = args.flatMap((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? []);
  const other = typed.find((option) => !WITH_RESUME.includes(option));
  if (other !== undefined) {
    throw new UsageError(`--resume goes on with what was ordered: it takes no --${other}`);
  }
  if (/^\d{13}-[0-9a-f]{8}$/.test(resume)) return { resume };
  throw new UsageError(`--resume takes the id of a replay, not "${resume}"`);
}

function readOrder(values: Values, toUrl: string | undefined, nowMs: number): ReplayOrder {
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

function readSpan(values: Values, nowMs: number): Pick<ReplayOrder, 'from' | 'to'> {
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

function readFrom({ from, event }: Values, nowMs: number): number {
  if (from !== undefined) return readMoment('--from', from, nowMs);
  if (event !== undefined) return nowMs - EVENT_AGE_MS;
  throw new UsageError('replay takes --from TIME, or --event ID');
}

/** What is to come is delivered anyway. */
function askedUntil({ to }: Values, nowMs: number): number {
  return to === undefined ? nowMs : Math.min(readMoment('--to', to, nowMs), nowMs);
}

function readFilter(values: Values): EventFilter {
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
