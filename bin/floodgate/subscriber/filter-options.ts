import { UsageError } from '../terminal/command.ts';
import { readWords } from '../terminal/option-values.ts';

const list = { type: 'string', multiple: true } as const;

/** The options that say which events are wanted. */
export const FILTER_OPTIONS = {
  channel: list,
  kind: list,
  type: list,
  status: list,
  direction: list,
  chat: list,
  'no-media-events': { type: 'boolean' },
  everything: { type: 'boolean' },
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
