import type { Gap } from '../../../lambda/changes/missed-changes.ts';
import { parseMoment } from '../../../lambda/shared/json/moment.ts';
import { UsageError } from '../terminal/command.ts';
import type { Typed } from '../terminal/declare.ts';
import { isAgo, readMoment } from '../terminal/option-values.ts';
import { flag, JSON_OPTION, STACK_OPTION, text, under } from '../terminal/options.ts';

const options = {
  ...under('When the gap was:', {
    from: text(
      'TIME',
      'when it began, such as 2026-11-01T12:00Z or, so long ago, 30h; earlier in doubt, and where the inbox was behind: what was stored in the gap was received before that',
    ),
    until: text('TIME', 'when it ended'),
    'dry-run': flag('only count'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const CATCH_UP = {
  about:
    "Hands the events that were received within a time to all who want them, as the router would have done, and adds them to the archive, whose readers drop what it had already. For after a gap: the table's change stream forgets a change after 24 hours in which nobody read it.",
  options,
  notes:
    'Events go partition by partition, those of a contact in their order. Whoever has got one already gets it again, with the same webhook-id. An event counts by when it was received, however late that was, and is archived under that hour. Of statuses that a release before this one stored that is not known: they count by when they happened, one hour late at most.',
  examples: [
    'npx floodgate catch-up --from 30h --until 1h --dry-run',
    'npx floodgate catch-up --from 2026-11-01T12:00Z --until 2026-11-02T18:00Z \\\n--stack Floodgate-production',
  ],
  docs: ['runbook.md'],
} as const;

export interface CatchUpOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  readonly gap: Gap;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readCatchUpOptions(
  { values }: Typed<typeof options>,
  nowMs: number,
): CatchUpOptions {
  const gap = {
    from: readTime('--from', values.from, nowMs),
    until: readTime('--until', values.until, nowMs),
  };
  if (gap.from >= gap.until) throw new UsageError('--from must lie before --until');
  return { stack: values.stack, gap, isDryRun: values['dry-run'], isJson: values.json };
}

/** With its zone, so that nobody means another hour than they type. */
const ZONE = /(Z|[+-]\d\d:\d\d)$/;

function readTime(option: string, text: string | undefined, nowMs: number): number {
  if (text === undefined) throw new UsageError(`catch-up takes ${option}`);
  if (isAgo(text)) return readMoment(option, text, nowMs);
  const hasZone = text.includes('T') && ZONE.test(text);
  const time = hasZone ? parseMoment(text) : undefined;
  if (time === undefined) {
    throw new UsageError(
      `${option} takes a time such as 2026-11-01T12:00Z or, so long ago, 2h; not "${text}"`,
    );
  }
  return time;
}
