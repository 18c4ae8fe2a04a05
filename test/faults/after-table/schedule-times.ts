import type { Span } from '../schedule.ts';
import type { AfterTableSchedule } from './schedule.ts';

/** When something changes in the world of a schedule, in ms since 1970 and in order. */
export function changesOf(schedule: AfterTableSchedule, startedAt: number): readonly number[] {
  const { subscribers, updates, accidents, gap, broken, outages, forgetting } = schedule;
  const ofSubscribers = subscribers.flatMap((spec) => [
    ...[...spec.flaps, ...spec.pauses].flatMap(endsOf),
    ...endsOf(spec.unreadable),
    ...spec.changes.map(({ atMs }) => atMs),
    ...[spec.removedAtMs, spec.goneAtMs, spec.refusal?.untilMs],
  ]);
  const all = [
    ...ofSubscribers,
    ...[...updates, ...accidents].map(({ atMs }) => atMs),
    ...[gap, broken, ...outages].flatMap(endsOf),
    forgetting?.atMs,
  ];
  return all
    .filter((at) => at !== undefined)
    .map((at) => startedAt + at)
    .toSorted((one, other) => one - other);
}

function endsOf(span: Span | undefined): readonly number[] {
  return span === undefined ? [] : [span.fromMs, span.fromMs + span.durationMs];
}
