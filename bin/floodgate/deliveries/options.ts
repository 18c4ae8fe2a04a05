import type { ApiChoice } from '../stack/api-client.ts';
import { definedOf } from '../subscriber/filter-options.ts';
import { UsageError } from '../terminal/command.ts';
import {
  checkArguments,
  parseCommandLine,
  refuseOthers,
  TEXT,
  TYPED_FLAG,
} from '../terminal/command-line.ts';
import { readDuration, readWhole } from '../terminal/option-values.ts';

const optionTypes = {
  ...{ api: TEXT, stack: TEXT, json: TYPED_FLAG, subscriber: TEXT },
  ...{ failed: TYPED_FLAG, since: TEXT, limit: TEXT },
  ...{ event: TEXT, channel: TEXT, contact: TEXT, why: TEXT, yes: TYPED_FLAG },
} as const;

type OptionName = keyof typeof optionTypes;

const OF_ALL: readonly OptionName[] = ['api', 'stack', 'json', 'subscriber'];

/** For each action the options that it takes beside those of all. */
const ACTIONS = {
  list: ['failed', 'since', 'limit'],
  show: [],
  drop: ['event', 'channel', 'contact', 'why', 'yes'],
} as const satisfies Record<string, readonly OptionName[]>;

export interface DeliveriesOptions {
  readonly action: keyof typeof ACTIONS;
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

type Values = ReturnType<typeof readValues>['values'];

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readDeliveriesOptions(args: readonly string[], nowMs: number): DeliveriesOptions {
  const { values, positionals } = readValues(args);
  const [action, eventId] = readAction(positionals);
  refuseOthers(`deliveries ${action}`, values, [...OF_ALL, ...ACTIONS[action]]);
  if (values.subscriber === undefined) {
    throw new UsageError('deliveries takes --subscriber, its id or name');
  }
  if (action === 'drop') checkDrop(values);
  const { event, channel, contact, why, since } = values;
  return {
    ...{ action, eventId, who: values.subscriber, isJson: values.json === true },
    choice: { api: values.api, stack: values.stack },
    isFailedOnly: values.failed === true,
    since:
      since === undefined
        ? undefined
        : new Date(nowMs - readDuration('--since', since)).toISOString(),
    limit: readWhole('--limit', values.limit ?? '50', 1),
    drop: definedOf({ eventId: event, channel, contact, why }),
  };
}

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes, allowPositionals: true });
}

function readAction([word, ...rest]: readonly string[]): [
  action: DeliveriesOptions['action'],
  eventId: string,
] {
  if (word === undefined) return ['list', ''];
  if (word !== 'show' && word !== 'drop') {
    throw new UsageError(`deliveries takes show, drop or nothing, not "${word}"`);
  }
  const expected = word === 'show' ? 1 : 0;
  const [eventId = ''] = rest;
  checkArguments(rest, expected, 'show takes the id of an event');
  return [word, eventId];
}

/** What is dropped goes out no more. */
function checkDrop({ event, channel, contact, why, yes }: Values): void {
  if ((event === undefined) === (contact === undefined)) {
    throw new UsageError('drop takes either --event ID, or --contact NAME with its --channel ID');
  }
  if ((contact === undefined) !== (channel === undefined)) {
    throw new UsageError('--contact takes one --channel: a name means somebody there');
  }
  if (yes !== true) throw new UsageError('what is dropped goes out no more: say --yes');
  if (why === undefined || why.trim() === '') {
    throw new UsageError('drop takes --why TEXT, which is kept with your name');
  }
}
