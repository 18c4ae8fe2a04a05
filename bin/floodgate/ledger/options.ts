import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { readMoment } from '../terminal/option-values.ts';
import { JSON_OPTION, STACK_OPTION, textOr, under } from '../terminal/options.ts';

const options = {
  ...under('When it was received:', {
    since: textOr('TIME', 'from then on; as 2026-11-20 or, so long ago, 2h', '24h'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const LEDGER = {
  about:
    'Accounts for every event that was stored: it has to be in the archive, and for each subscriber to be delivered, to wait, to be a dead letter, or to be none that it wants. What is neither is named by its id.',
  options,
  notes: `Events of the last two minutes are left out, and for the archive those of the last half hour, which may not be there yet. A subscriber is owed nothing that is older than itself, or came in the ten seconds after it was added. Of what a queue holds and nobody has tried yet the id is not known: so many events of a subscriber without a try count as waiting as its queue says.

A stack in AWS looks by itself every hour what became of the hour before last: see the alarm EventsUnaccounted.

It reads all of the table and the archive of that time. Deliveries are known for 7 days, so --since goes no further back. Exit code: 0 if nothing is missing, 1 if something is, 2 for a wrong command line.`,
  examples: [
    'npx floodgate ledger',
    'npx floodgate ledger --since 2h --stack Floodgate-production',
    'npx floodgate ledger --json | jq .subscribers[].missing[]',
  ],
  docs: ['guarantees.md'],
} as const;

export interface LedgerOptions {
  readonly stack: string | undefined;
  /** In ms since 1970. */
  readonly from: number;
  readonly now: number;
  readonly isJson: boolean;
}

const KEPT_MS = 7 * 86_400_000;

export function readLedgerOptions({ values }: Typed<typeof options>, now: number): LedgerOptions {
  const from = readMoment('--since', values.since, now);
  if (from > now - KEPT_MS) return { stack: values.stack, from, now, isJson: values.json };
  throw new UsageError('deliveries are known for 7 days: --since goes no further back');
}
