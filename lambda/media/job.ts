import { digest } from '../events/event.ts';
import { failedChecks, isText } from '../shared/json/checks.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/** Raised when readers of the previous version could misread a job. */
const JOB_VERSION = 1;

/**
 * One event whose file is to be fetched: where its row is. What the file is stands in the row, so
 * that a job is small, has nothing private in it, and ends where the row was forgotten.
 */
export interface MediaJob {
  readonly group: string;
  readonly id: string;
  /** Of the business: by it a file is found again whose event was forgotten. */
  readonly channel: string;
}

/** The message of the job that an event gives rise to. Channels have a fair share of the queue each. */
export function mediaJobMessage(job: MediaJob) {
  const body = writeMediaJob(job);
  return { body, group: digest([job.channel]), bytes: Buffer.byteLength(body) };
}

export type MediaJobReading = { readonly ok: true; readonly job: MediaJob } | UnreadableBody;

/** The body of the queue message. */
export function writeMediaJob({ group, id, channel }: MediaJob): string {
  return writeBody(JOB_VERSION, { group, id, channel });
}

export function readMediaJob(body: string): MediaJobReading {
  const reading = readBody(body, JOB_VERSION);
  if (!reading.ok) return reading;
  const { members } = reading;
  return isMediaJob(members)
    ? { ok: true, job: members }
    : malformed(`no job, by ${faultsOf(members).join(', ')}`);
}

const JOB = { group: isText, id: isText, channel: isText };

function isMediaJob(members: object): members is MediaJob {
  return faultsOf(members).length === 0;
}

function faultsOf(members: object): string[] {
  return failedChecks(members, JOB);
}
