import { memberOf } from '../shared/json/json-source.ts';
import { malformed, readBody, type UnreadableBody, writeBody } from '../shared/queue/body.ts';

/** That somebody wants a campaign checked. */
export interface CheckRequest {
  readonly campaign: string;
  /** A random name. The campaign has it in `checking` for as long as somebody waits for it. */
  readonly check: string;
}

/** That somebody wants to have what became of a campaign's recipients. */
export interface ExportRequest {
  readonly campaign: string;
  /** A random name with the ending of its format, by which it is found. */
  readonly export: string;
}

/** That somebody wants failures of a campaign offered again. */
export interface RetryRequest {
  readonly campaign: string;
  /** A random name. The campaign has it in `retry` for as long as somebody waits for it. */
  readonly retry: string;
}

/** That everybody has had a step of a campaign, so that the next one may begin. */
export interface StepRequest {
  readonly campaign: string;
  /** Which is to begin, from 1 on. */
  readonly step: number;
}

/** Raised when readers of the previous version could misread a request. */
const VERSION = 1;

export function writeCheckRequest({ campaign, check }: CheckRequest): string {
  return writeBody(VERSION, { campaign, check });
}

export function writeExportRequest(request: ExportRequest): string {
  return writeBody(VERSION, { campaign: request.campaign, export: request.export });
}

export function writeRetryRequest({ campaign, retry }: RetryRequest): string {
  return writeBody(VERSION, { campaign, retry });
}

export function writeStepRequest({ campaign, step }: StepRequest): string {
  return writeBody(VERSION, { campaign, step });
}

export type CheckerRequest =
  | ({ readonly kind: 'check' } & CheckRequest)
  | ({ readonly kind: 'export' } & ExportRequest)
  | ({ readonly kind: 'retry' } & RetryRequest)
  | ({ readonly kind: 'step' } & StepRequest);

export type CheckerRequestReading = ({ readonly ok: true } & CheckerRequest) | UnreadableBody;

export function readCheckerRequest(body: string): CheckerRequestReading {
  const reading = readBody(body, VERSION);
  if (!reading.ok) return reading;
  const campaign = memberOf(reading.members, 'campaign');
  const check = memberOf(reading.members, 'check');
  const exported = memberOf(reading.members, 'export');
  const retry = memberOf(reading.members, 'retry');
  const step = memberOf(reading.members, 'step');
  if (typeof campaign === 'string') {
    if (typeof check === 'string') return { ok: true, kind: 'check', campaign, check };
    if (typeof exported === 'string') {
      return { ok: true, kind: 'export', campaign, export: exported };
    }
    if (typeof step === 'number') return { ok: true, kind: 'step', campaign, step };
    if (typeof retry === 'string') return { ok: true, kind: 'retry', campaign, retry };
  }
  return malformed('no request of a campaign, by campaign, check, export, retry or step');
}
