import { UsageError } from '../terminal/command.ts';
import { readWords } from '../terminal/option-values.ts';
import { texts, typedFlag, under } from '../terminal/options.ts';

/** The options that say which events are wanted, for who subscribes and who listens. */
export const FILTER_OPTIONS = under('Which events; what is not said does not matter:', {
  channel: texts(
    'ID',
    'of these phone number ids, sessions, or business accounts; several by commas',
  ),
  kind: texts(
    'WORD',
    'message, echo, history, call, status, account; outgoing, which goes to nobody who does not name it: what became of messages sent from here',
  ),
  type: texts(
    'WORD',
    "text, image, choice, …: what is said, or the provider's type of messages, calls and account events",
  ),
  status: texts('WORD', 'sent, delivered, read, failed, …: of statuses'),
  direction: texts('WORD', 'inbound or outbound'),
  chat: texts('WORD', 'private, group, channel (its posts), status (what people show for a day)'),
  'no-media-events': typedFlag('not what became of the file of a message'),
  everything: typedFlag('for update: all events again'),
});

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
