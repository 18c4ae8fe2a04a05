import { startDeadline } from '../../shared/aws/deadline.ts';
import type { Telemetry } from '../../shared/aws/telemetry.ts';
import type { LogAttempts, LoggedAttempt } from '../log-table.ts';

/** A row holds 400 KB; an attempt takes about 200 B. */
const ATTEMPTS_A_ROW = 1000;

const LOG_MS = 2000;

/** Gathers what an invocation tries, and writes it at its end. */
export function attemptsLog(writeLog: LogAttempts, { count, warn }: Telemetry) {
  let attempts = new Map<string, LoggedAttempt[]>();

  function take(): (readonly [string, readonly LoggedAttempt[]])[] {
    const taken = [...attempts];
    attempts = new Map();
    return taken.flatMap(([id, all]) =>
      Array.from({ length: Math.ceil(all.length / ATTEMPTS_A_ROW) }, (_, page) => {
        const from = page * ATTEMPTS_A_ROW;
        return [id, all.slice(from, from + ATTEMPTS_A_ROW)] as const;
      }),
    );
  }

  return {
    add: (subscriberId: string, attempt: LoggedAttempt): void => {
      const known = attempts.get(subscriberId) ?? [];
      attempts.set(subscriberId, known);
      known.push(attempt);
    },
    /** That this fails costs lines of the log, and no delivery. */
    write: async (): Promise<void> => {
      using deadline = startDeadline(LOG_MS);
      const written = take().map(([id, tried]) => writeLog(id, tried, deadline.signal));
      const results = await Promise.allSettled(written);
      const failed = results.filter(({ status }) => status === 'rejected').length;
      if (failed === 0) return;
      count('RowGivenUp', failed);
      warn('Log of deliveries not written', { rows: failed });
    },
  };
}
