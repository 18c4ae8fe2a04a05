import type { Gap } from '../../../lambda/changes/missed-changes.ts';
import { parseMoment } from '../../../lambda/shared/json/moment.ts';
import { UsageError } from '../terminal/command.ts';
import { FLAG, parseCommandLine, TEXT } from '../terminal/command-line.ts';

export interface CatchUpOptions {
  /** Undefined for the local one. */
  readonly stack: string | undefined;
  readonly gap: Gap;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
}

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readCatchUpOptions(args: readonly string[]): CatchUpOptions {
  const { values } = parseCommandLine(args, {
    options: {
      from: TEXT,
      until: TEXT,
      stack: TEXT,
      'dry-run': FLAG,
      json: FLAG,
    },
  });
  const gap = {
    from: readTime('--from', values.from),
    until: readTime('--until', values.until),
  };
  if (gap.from >= gap.until) throw new UsageError('--from must lie before --until');
  return { stack: values.stack, gap, isDryRun: values['dry-run'], isJson: values.json };
}

/** With its zone, so that nobody means another hour than they type. */
const ZONE = /(Z|[+-]\d\d:\d\d)$/;

function readTime(option: string, text: string | undefined): number {
  if (text === undefined) throw new UsageError(`catch-up takes ${option}`);
  const hasZone = text.includes('T') && ZONE.test(text);
  const time = hasZone ? parseMoment(text) : undefined;
  if (time === undefined) {
    throw new UsageError(`${option} takes a time such as 2026-11-01T12:00Z, not "${text}"`);
  }
  return time;
}
