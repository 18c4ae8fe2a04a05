import { DEAD_LETTER_REASONS } from '../../../lambda/shared/queue/queued-message.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction } from '../terminal/declare.ts';
import { readDuration } from '../terminal/option-values.ts';
import {
  flag,
  JSON_OPTION,
  STACK_OPTION,
  text,
  texts,
  under,
  type Values,
} from '../terminal/options.ts';
import { isEverything, NO_REASON, type Selection } from './dead-letter.ts';

const options = {
  ...under('Which:', {
    queue: text('NAME', 'only those of one queue, such as inbox', 'all'),
    id: texts('ID', 'message id, or its beginning; may be said again'),
    reason: text(
      'WORD',
      'malformed, refused-by-table or undeliverable; "none" for those that were received too often',
    ),
    channel: text('ID', 'of one business number or session'),
    subscriber: text('ID', 'on their way to one subscriber'),
    group: text('GROUP', 'of one message group'),
    since: text('TIME', 'set aside in the last 90s, 15m, 2h, 3d'),
    all: flag('all there are'),
  }),
  ...under('How:', {
    'dry-run': flag('only count what would be taken'),
    yes: flag('yes, delete them'),
    why: text('TEXT', 'the reason, kept with your name'),
    body: flag('the messages themselves too, which hold what people wrote'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const DLQ = {
  about: 'Dead letters are the messages that no retry could help, or that were received too often.',
  options,
  actions: {
    list: {
      summary: 'what lies there: why, since when, what waits behind it',
      options: ['body'],
    },
    show: {
      summary: 'one of them',
      words: [['ID', 'its id as list shows it, or the beginning of that']],
      needs: 'show takes the id of a dead letter',
      options: ['body'],
    },
    redrive: {
      summary:
        'send them back to the queue they came from, each group in its order; a dead letter is deleted only when the queue has confirmed its copy. A delivery goes back to the queue of its subscriber, and is tried as if it were new, for as long as any',
      options: ['dry-run'],
    },
    drop: {
      summary: 'delete them for good; the table keeps who did it, when and why',
      options: ['all', 'dry-run', 'yes', 'why'],
    },
  },
  notes:
    'Mend the cause first: what is sent back before that comes back. To look at messages hides them from others for the moment. Of each group the first ten are seen; those behind them when these are gone.',
  examples: [
    'npx floodgate dlq list',
    'npx floodgate dlq show 5b1f04a2 --stack Floodgate-production',
    'npx floodgate dlq redrive --reason refused-by-table --dry-run',
    'npx floodgate dlq redrive --queue inbox',
    'npx floodgate dlq drop --reason malformed --since 2h --yes \\\n--why "posted by hand in a test"',
  ],
  docs: ['runbook.md'],
} as const;

export interface DlqOptions {
  readonly action: keyof typeof DLQ.actions;
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

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readDlqOptions({
  action,
  words,
  values,
}: TypedAction<typeof options, DlqOptions['action']>): DlqOptions {
  const selection: Selection = {
    ids: [...(values.id ?? []), ...words],
    ...{ channel: values.channel, subscriber: values.subscriber },
    reason: values.reason === undefined ? undefined : readReason(values.reason),
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

function readReason(word: string): string {
  const known = [...DEAD_LETTER_REASONS, NO_REASON];
  if (known.includes(word)) return word;
  throw new UsageError(`--reason is one of ${known.join(', ')}, not "${word}"`);
}

/** What is dropped is gone. */
function checkDrop(values: Values<typeof options>, selection: Selection): void {
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
