import type { OverviewAnswer } from '../answers.ts';
import type { Route } from './route.ts';

/** What every view gets. */
export interface ViewProps {
  readonly overview: OverviewAnswer;
  /** What it is about, by its address. */
  readonly about: Route['about'];
}
