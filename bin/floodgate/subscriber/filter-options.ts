import { UsageError } from '../terminal/command.ts';
import { TEXTS, TYPED_FLAG } from '../terminal/command-line.ts';
import { readWords } from '../terminal/option-values.ts';

/** What help says of the options that both who subscribes and who listens have. */
export const FILTER_HELP = `  --channel ID           of these phone number ids, sessions, or business accounts
  --kind WORD            message, echo, history, call, status, account; outgoing, which goes to
                         nobody who does not name it: what became of messages sent from here
  --type WORD            text, image, choice, …: what is said, or the provider's type of messages,
                         calls and account events
  --status WORD          sent, delivered, read, failed, …: of statuses
  --direction WORD       inbound or outbound
  --chat WORD            private, group, channel (its posts), status (what people show for a day)`;

/** The options that say which events are wanted. */
export const FILTER_OPTIONS = {
  channel: TEXTS,
  kind: TEXTS,
  type: TEXTS,
  status: TEXTS,
  direction: TEXTS,
  chat: TEXTS,
  'no-media-events': TYPED_FLAG,
  everything: TYPED_FLAG,
} as const;

interface FilterValues {
  readonly channel?: readonly string[];
  readonly kind?: readonly string[];
  readonly type?: readonly string[];
  readonly status?: readonly string[];
  readonly direction?: readonly string[];
  readonly chat?: readonly string[];
  readonly 'no-media-events'?: boolean;
  readonly everything?: boolean;
}

/** What was typed of a filter, which the stack reads and checks; undefined where nothing was. */
export function readFilter(values: FilterValues): object | undefined {
  const filter = definedOf({
    channels: readWords(values.channel),
    kinds: readWords(values.kind),
    types: readWords(values.type),
    statuses: readWords(values.status),
    directions: readWords(values.direction),
    chats: readWords(values.chat),
    mediaEvents: values['no-media-events'] === true ? false : undefined,
  });
  const isEmpty = Object.keys(filter).length === 0;
  if (values.everything === true && !isEmpty) {
    throw new UsageError(
      '--everything excludes --channel, --kind, --type, --status, --direction, --chat, --no-media-events',
    );
  }
  return isEmpty && values.everything !== true ? undefined : filter;
}

export function definedOf(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
