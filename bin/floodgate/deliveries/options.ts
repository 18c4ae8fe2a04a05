import type { ApiChoice } from '../stack/api-client.ts';
import { definedOf } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction } from '../terminal/declare.ts';
import { readDuration, readWhole } from '../terminal/option-values.ts';
import {
  API_OPTIONS,
  flag,
  JSON_OPTION,
  text,
  textOr,
  under,
  type Values,
} from '../terminal/options.ts';

const options = {
  ...under('Of whom:', { subscriber: text('WHO', 'its id or name') }),
  ...under('Which tries:', {
    failed: flag('only those that failed'),
    since: text('TIME', 'only those of the last 90s, 15m, 2h, 3d'),
    limit: textOr('N', 'this many at most', '50'),
  }),
  ...under('What to drop:', {
    event: text('ID', 'one event: its id, or its webhook-id'),
    channel: text('ID', 'phone number id, or session, of the contact'),
    contact: text(
      'NAME',
      'all of a contact of that channel, and what became of what it was sent; all its names are followed',
    ),
    why: text('TEXT', "goes on the record, with your name; without a contact's, please"),
    yes: flag('yes, drop it'),
  }),
  ...API_OPTIONS,
  ...JSON_OPTION,
} as const;

export const DELIVERIES = {
  about:
    'What was tried to deliver to a subscriber in the last 7 days, in a word or two what it was (message choice), and what became of it, newest first.',
  options,
  actions: {
    list: {
      summary: 'what was tried; meant where nothing else is said',
      isDefault: true,
      options: ['failed', 'since', 'limit'],
    },
    show: {
      summary:
        'all tries of one event, and what waits of it: how often it failed, why, when it is tried next and until when',
      words: [['EVENT', 'id of the event, or its webhook-id']],
      needs: 'show takes the id of an event',
    },
    drop: {
      summary:
        'have it go out no more, so that what waits behind it can: what was handed on until now and has failed, or waits for longer than ten minutes',
      options: ['event', 'channel', 'contact', 'why', 'yes'],
    },
  },
  notes:
    'What fails is tried again for three days, or as long as its subscriber says, ever more rarely; then it is a dead letter (npx floodgate dlq). What is dropped is dropped when its turn comes, in an hour at most, six where the endpoint asked for that; npx floodgate replay --event ID sends it again after all.',
  examples: [
    'npx floodgate deliveries --subscriber bot',
    'npx floodgate deliveries list --subscriber bot --failed --since 2h',
    'npx floodgate deliveries list --subscriber bot --limit 1000 --json | jq .deliveries[].latencyMs',
    'npx floodgate deliveries show message.Zq1… --subscriber bot',
    'npx floodgate deliveries drop --event message.Zq1… --subscriber bot \\\n--why "its parser dies on it" --yes',
  ],
  docs: ['delivering.md'],
} as const;

type Action = keyof typeof DELIVERIES.actions;

export interface DeliveriesOptions {
  readonly action: Action;
  readonly choice: ApiChoice;
  readonly isJson: boolean;
  /** Id or name of the subscriber. */
  readonly who: string;
  readonly isFailedOnly: boolean;
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly limit: number;
  /** Of the event to show. */
  readonly eventId: string;
  /** What to drop, which the stack reads and checks. */
  readonly drop: Readonly<Record<string, unknown>>;
}

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readDeliveriesOptions(
  { action, words, values }: TypedAction<typeof options, Action>,
  nowMs: number,
): DeliveriesOptions {
  const [eventId = ''] = words;
  if (values.subscriber === undefined) {
    throw new UsageError('deliveries takes --subscriber, its id or name');
  }
  if (action === 'drop') checkDrop(values);
  const { event, channel, contact, why, since } = values;
  return {
    ...{ action, eventId, who: values.subscriber, isJson: values.json },
    choice: values,
    isFailedOnly: values.failed,
    since:
      since === undefined
        ? undefined
        : new Date(nowMs - readDuration('--since', since)).toISOString(),
    limit: readWhole('--limit', values.limit, 1),
    drop: definedOf({ eventId: event, channel, contact, why }),
  };
}

/** What is dropped goes out no more. */
function checkDrop({ event, channel, contact, why, yes }: Values<typeof options>): void {
  if ((event === undefined) === (contact === undefined)) {
    throw new UsageError('drop takes either --event ID, or --contact NAME with its --channel ID');
  }
  if ((contact === undefined) !== (channel === undefined)) {
    throw new UsageError('--contact takes one --channel: a name means somebody there');
  }
  if (!yes) throw new UsageError('what is dropped goes out no more: say --yes');
  if (why === undefined || why.trim() === '') {
    throw new UsageError('drop takes --why TEXT, which is kept with your name');
  }
}
