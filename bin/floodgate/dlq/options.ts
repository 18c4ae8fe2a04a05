import { UsageError } from '../terminal/command.ts';
import {
  checkArguments,
  FLAG,
  parseCommandLine,
  readAction,
  TEXT,
  TEXTS,
} from '../terminal/command-line.ts';
import { readDuration } from '../terminal/option-values.ts';
import { isEverything, type Selection } from './dead-letter.ts';

const optionTypes = {
  stack: TEXT,
  queue: TEXT,
  id: TEXTS,
  reason: TEXT,
  channel: TEXT,
  subscriber: TEXT,
  group: TEXT,
  since: TEXT,
  all: FLAG,
  body: FLAG,
  'dry-run': FLAG,
  yes: FLAG,
  why: TEXT,
  json: FLAG,
} as const;

const ACTIONS = ['list', 'show', 'redrive', 'drop'] as const;

export interface DlqOptions {
  readonly action: (typeof ACTIONS)[number];
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  /** Undefined for all of them. */
  readonly queue: string | undefined;
  readonly selection: Selection;
  readonly isBodyShown: boolean;
  readonly isDryRun: boolean;
  readonly why: string;
  readonly isJson: boolean;
}

type Values = ReturnType<typeof readValues>['values'];

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readDlqOptions(args: readonly string[]): DlqOptions {
  const { values, positionals } = readValues(args);
  const [action, rest] = readAction('dlq', ACTIONS, positionals);
  checkArguments(rest, action === 'show' ? 1 : 0, 'show takes the id of a dead letter');
  const selection: Selection = {
    ids: [...(values.id ?? []), ...rest],
    ...{ reason: values.reason, channel: values.channel, subscriber: values.subscriber },
    group: values.group,
    withinMs: values.since === undefined ? undefined : readDuration('--since', values.since),
  };
  if (action === 'drop') checkDrop(values, selection);
  return {
    ...{ action, stack: values.stack, queue: values.queue, selection },
    isBodyShown: values.body,
    isDryRun: values['dry-run'],
    why: values.why ?? '',
    isJson: values.json,
  };
}

function readValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes, allowPositionals: true });
}

/** What is dropped is gone. */
function checkDrop(values: Values, selection: Selection): void {
  if (isEverything(selection) && !values.all) {
    throw new UsageError(
      'drop takes --id, --reason, --channel, --subscriber, --group or --since, or else --all',
    );
  }
  if (values['dry-run']) return;
  if (!values.yes) {
    throw new UsageError('drop deletes for good: say --yes, or --dry-run to see what would go');
  }
  if (values.why === undefined || values.why.trim() === '') {
    throw new UsageError('drop takes --why TEXT, which is kept with your name');
  }
}
