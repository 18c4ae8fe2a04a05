import type { Update } from '../update-parts.ts';
import { makeUpdate } from '../updates.ts';
import { fileOf, type SimulatedFile, withFile } from './media-files.ts';
import type { AfterTableSchedule } from './schedule.ts';

/** An update, when it is stored, and the file that comes with it. */
export interface PlannedUpdate {
  readonly update: Update;
  readonly atMs: number;
  readonly file: SimulatedFile | undefined;
  /** The contact. */
  readonly who: number;
}

/** One update of each identity: a status that comes twice tells nothing new. */
export function planUpdates(
  { updates }: AfterTableSchedule,
  startedAt: number,
): readonly PlannedUpdate[] {
  const planned = new Map<string, PlannedUpdate>();
  for (const [index, { ageMs, atMs, file: fate, ...spec }] of updates.entries()) {
    const plain = makeUpdate({ ...spec, occurredAt: startedAt + atMs - ageMs }, index);
    const hasFile = spec.kind === 'message' || spec.kind === 'wasender-message';
    const file = hasFile && fate !== undefined ? fileOf(plain, fate, spec.variant) : undefined;
    const update = file === undefined ? plain : withFile(plain, file);
    const { status, group, tracer } = update;
    const identity = status ? `${group} ${status.participant} ${status.name}` : tracer;
    if (!planned.has(identity)) planned.set(identity, { update, atMs, file, who: spec.who });
  }
  return [...planned.values()];
}
