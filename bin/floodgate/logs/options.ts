import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { readMoment, readWhole } from '../terminal/option-values.ts';
import { flag, JSON_OPTION, STACK_OPTION, text, textOr, under } from '../terminal/options.ts';

const options = {
  ...under('Which lines:', {
    errors: flag('warnings, errors, crashes and timeouts; meant where nothing else is said'),
    event: text('ID', 'of one event: its id, or its webhook-id'),
    channel: text('ID', 'phone number id, or session, of the contact'),
    contact: text(
      'NAME',
      'of the latest events of a contact of that channel; no line has a name or number in it',
    ),
    since: textOr('TIME', 'from then on; as 2026-11-20T10:30Z or, so long ago, 2h', '1h'),
    limit: textOr('N', 'this many at most, the newest', '100'),
    query: flag('only print the query, for the console of CloudWatch'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const LOGS = {
  about:
    'Lines of the log of all functions of a stack in AWS, by a query of CloudWatch Logs Insights that it writes, runs and waits for.',
  options,
  notes:
    'The local stack keeps no log: it shows warnings where npm start runs, and everything with npm start -- --verbose. A query costs $0.005 for each GB of log that it reads. Exit code: 0 if it could be run, 1 if not, 2 for a wrong command line.',
  examples: [
    'npx floodgate logs --errors --since 2h --stack Floodgate-production',
    'npx floodgate logs --event message.Zq1… --stack Floodgate-production',
    'npx floodgate logs --channel 106540352242922 --contact 5215550001111 \\\n--since 1d --stack Floodgate-production',
  ],
  docs: ['runbook.md'],
} as const;

export interface LogsOptions {
  readonly stack: string | undefined;
  readonly event: string | undefined;
  readonly contact: { readonly channel: string; readonly contact: string } | undefined;
  /** In ms since 1970. */
  readonly since: number;
  readonly now: number;
  readonly limit: number;
  readonly isQueryOnly: boolean;
  readonly isJson: boolean;
}

export function readLogsOptions({ values }: Typed<typeof options>, now: number): LogsOptions {
  const { errors, event, channel, contact } = values;
  if ([errors, event !== undefined, contact !== undefined].filter(Boolean).length > 1) {
    throw new UsageError('logs takes one of --errors, --event and --contact');
  }
  if ((contact === undefined) !== (channel === undefined)) {
    throw new UsageError('--contact takes one --channel: a name means somebody there');
  }
  return {
    ...{ stack: values.stack, event, now, isQueryOnly: values.query, isJson: values.json },
    contact: contact === undefined || channel === undefined ? undefined : { channel, contact },
    since: readMoment('--since', values.since, now),
    limit: readWhole('--limit', values.limit, 1),
  };
}
