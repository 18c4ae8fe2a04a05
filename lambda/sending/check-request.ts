import { memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/** That somebody wants a campaign checked. */
export interface CheckRequest {
  readonly campaign: string;
  /** A random name. The campaign has it in `checking` for as long as somebody waits for it. */
  readonly check: string;
}

/** Raised when readers of the previous version could misread a request. */
const VERSION = 1;

export function writeCheckRequest({ campaign, check }: CheckRequest): string {
  return writeBody(VERSION, { campaign, check });
}

export type CheckRequestReading = ({ readonly ok: true } & CheckRequest) | UnreadableBody;

export function readCheckRequest(body: string): CheckRequestReading {
  const reading = readBody(body, VERSION);
  if (!reading.ok) return reading;
  const campaign = memberOf(reading.members, 'campaign');
  const check = memberOf(reading.members, 'check');
  return typeof campaign === 'string' && typeof check === 'string'
    ? { ok: true, campaign, check }
    : malformed('no request for a check, by campaign or check');
}
