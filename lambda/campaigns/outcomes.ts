import type { Outcome } from './figures.ts';

/** A campaign is judged by so many of its last outcomes. */
const LAST = 500;

const LETTERS: Readonly<Record<Outcome, string>> = { fine: '.', failed: 'f', blocked: 'b' };

/** The last outcomes of a track, the newest last: a letter and how often it follows itself, `.480f3.17`. */
export type Outcomes = string;

export function withOutcomes(outcomes: Outcomes, added: readonly Outcome[]): Outcomes {
  const letters = lettersIn(outcomes) + added.map((outcome) => LETTERS[outcome]).join('');
  const runs = letters.slice(-LAST).match(/\.+|f+|b+/g) ?? [];
  return runs.map((run) => `${run[0]}${run.length === 1 ? '' : run.length}`).join('');
}

export interface OutcomeShares {
  /** How many outcomes they are shares of. */
  readonly of: number;
  /** Of 1, those that are blocked among them. */
  readonly failed: number;
  readonly blocked: number;
}

/** Shares of the last outcomes. A few say nothing yet: look at `of`. */
export function sharesOf(outcomes: Outcomes): OutcomeShares {
  const letters = lettersIn(outcomes);
  const of = letters.length;
  const share = (letter: string) => (of === 0 ? 0 : (letters.split(letter).length - 1) / of);
  const blocked = share(LETTERS.blocked);
  return { of, blocked, failed: share(LETTERS.failed) + blocked };
}

function lettersIn(outcomes: Outcomes): string {
  const runs = outcomes.matchAll(/([.fb])(\d{0,3})/g);
  return Array.from(runs, ([, letter = '', count]) => letter.repeat(Number(count || 1))).join('');
}
