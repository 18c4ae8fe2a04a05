import { isRecord, memberOf } from './json-source.ts';

/** Raised when readers of the previous version could misread a job. */
const JOB_VERSION = 1;

/**
 * One event whose file is to be fetched: where its row is. What the file is stands in the row, so
 * that a job is small, has nothing private in it, and ends where the row was forgotten.
 */
export interface MediaJob {
  readonly group: string;
  readonly id: string;
}

export type MediaJobReading =
  | { readonly ok: true; readonly job: MediaJob }
  /** `newer`: written by a later release, so a retry will find readers that know it. */
  | { readonly ok: false; readonly reason: 'newer' | 'malformed' };

/** The body of the queue message. */
export function writeMediaJob({ group, id }: MediaJob): string {
  return JSON.stringify({ v: JOB_VERSION, group, id });
}

export function readMediaJob(body: string): MediaJobReading {
  const json = parse(body);
  const [version, group, id] = ['v', 'group', 'id'].map((member) => memberOf(json, member));
  if (typeof version === 'number' && version > JOB_VERSION) return { ok: false, reason: 'newer' };
  return version === JOB_VERSION && typeof group === 'string' && typeof id === 'string'
    ? { ok: true, job: { group, id } }
    : { ok: false, reason: 'malformed' };
}

function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
