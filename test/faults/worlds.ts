import type fc from 'fast-check';
import { type AfterTableSchedule, anyAfterTableSchedule } from './after-table/schedule.ts';
import { simulateAfterTable } from './after-table/simulation.ts';
import { anySteadySchedule } from './after-table/steady-schedule.ts';
import type { Release } from './bundles.ts';
import type { FunctionName } from './realm.ts';
import { anySchedule, type Schedule } from './schedule.ts';
import { anySendingSchedule, type SendingSchedule } from './sending/schedule.ts';
import { simulateSending } from './sending/simulation.ts';
import { type SimulationOptions, simulate, type Week } from './simulation.ts';

export const WORLD_NAMES = ['weeks', 'after-table', 'steady', 'sending'] as const;
export type WorldName = (typeof WORLD_NAMES)[number];

/** One kind of schedule, and what runs through it. */
export interface World<S> {
  readonly name: WorldName;
  readonly functions: readonly FunctionName[];
  readonly releases: readonly Release[];
  readonly schedules: fc.Arbitrary<S>;
  /** Whether the first schedules are as large as later ones, where there are too few to begin small. */
  readonly isUnbiased: boolean;
  readonly simulate: (schedule: S, options: SimulationOptions) => Promise<Week>;
}

/** From the provider to the table. */
export const WEEKS: World<Schedule> = {
  name: 'weeks',
  functions: ['ingest', 'processor'],
  releases: ['current', 'next'],
  schedules: anySchedule,
  isUnbiased: false,
  simulate,
};

const BEHIND_TABLE = [
  ...(['router', 'archiver', 'deliverer', 'prober', 'subscribers', 'fetcher'] as const),
];

/** From the table to subscribers, archive and files. */
export const AFTER_TABLE: World<AfterTableSchedule> = {
  name: 'after-table',
  functions: BEHIND_TABLE,
  releases: ['current'],
  schedules: anyAfterTableSchedule,
  isUnbiased: true,
  simulate: simulateAfterTable,
};

/** The same where nothing fails but endpoints: what goes out must do so in time. */
export const STEADY: World<AfterTableSchedule> = {
  ...AFTER_TABLE,
  name: 'steady',
  schedules: anySteadySchedule,
};

/** From whoever asks for a message to WhatsApp, and back by its statuses. */
export const SENDING: World<SendingSchedule> = {
  name: 'sending',
  functions: ['ingest', 'processor', 'messages', 'sender', 'ticker'],
  releases: ['current', 'next'],
  schedules: anySendingSchedule,
  isUnbiased: true,
  simulate: simulateSending,
};
