import type fc from 'fast-check';
import { type AfterTableSchedule, anyAfterTableSchedule } from './after-table/schedule.ts';
import { simulateAfterTable } from './after-table/simulation.ts';
import type { Release } from './bundles.ts';
import type { FunctionName } from './realm.ts';
import { anySchedule, type Schedule } from './schedule.ts';
import { type SimulationOptions, simulate, type Week } from './simulation.ts';

export const WORLD_NAMES = ['weeks', 'after-table'] as const;
export type WorldName = (typeof WORLD_NAMES)[number];

/** One kind of schedule, and what runs through it. */
export interface World<S> {
  readonly name: WorldName;
  readonly functions: readonly FunctionName[];
  readonly releases: readonly Release[];
  readonly schedules: fc.Arbitrary<S>;
  readonly simulate: (schedule: S, options: SimulationOptions) => Promise<Week>;
}

/** From the provider to the table. */
export const WEEKS: World<Schedule> = {
  name: 'weeks',
  functions: ['ingest', 'processor'],
  releases: ['current', 'next'],
  schedules: anySchedule,
  simulate,
};

/** From the table to subscribers, archive and files. */
export const AFTER_TABLE: World<AfterTableSchedule> = {
  name: 'after-table',
  functions: ['router', 'archiver', 'deliverer', 'drainer', 'media'],
  releases: ['current'],
  schedules: anyAfterTableSchedule,
  simulate: simulateAfterTable,
};
