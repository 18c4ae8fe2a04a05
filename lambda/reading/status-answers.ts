import type { ContactNames, Provider } from '../events/event.ts';
import { statusRank } from '../events/status.ts';
import { type JsonSource, readJsonSource } from '../shared/json/json-source.ts';
import { RawJson } from '../shared/json/raw-json.ts';
import type { ReadPayload } from '../table/s3-payloads.ts';
import { eventOfPayload } from '../table/stored-event.ts';
import type { StoredStatus } from '../table/stored-rows.ts';
import type { ContactNamesAnswer, StatusAnswer } from './schemas.ts';

export interface StatusDeps {
  readonly readPayload: ReadPayload;
}

export interface StatusOrigin {
  readonly provider: Provider;
  readonly channel: string;
}

/** The statuses of a message in their order, those of unknown order last. */
export async function statusAnswers(
  statuses: readonly StoredStatus[],
  origin: StatusOrigin,
  deps: StatusDeps,
): Promise<StatusAnswer[]> {
  const order = ({ name }: StoredStatus) => statusRank(name) ?? Infinity;
  const sorted = statuses.toSorted((a, b) =>
    order(a) === order(b) ? a.at - b.at : order(a) - order(b),
  );
  return await Promise.all(sorted.map((status) => statusAnswer(status, origin, deps)));
}

async function statusAnswer(
  status: StoredStatus,
  origin: StatusOrigin,
  deps: StatusDeps,
): Promise<StatusAnswer> {
  const detail = readDetail(await detailOf(status, origin, deps));
  const errors = detail?.members?.get('errors');
  const pricing = detail?.members?.get('pricing');
  return {
    status: status.name,
    at: isoTime(status.at),
    errors: errors?.elements === undefined ? [] : new RawJson(errors.text),
    pricing: pricing?.members === undefined ? null : new RawJson(pricing.text),
    detail: detail?.members === undefined ? null : new RawJson(detail.text),
  };
}

async function detailOf(
  { detail, payloadKey, at }: StoredStatus,
  origin: StatusOrigin,
  deps: StatusDeps,
): Promise<string | undefined> {
  if (detail !== undefined || payloadKey === undefined) return detail;
  const payload = await deps.readPayload(payloadKey);
  if (payload === undefined) return undefined;
  return eventOfPayload({ ...origin, receivedAt: at }, payload)?.status?.detail;
}

/** Text that the caller gave with a message; comes back with each of its statuses. */
export function callbackDataOf(statuses: readonly StoredStatus[]): string | null {
  for (const { detail } of statuses) {
    const data = readDetail(detail)?.members?.get('biz_opaque_callback_data')?.value;
    if (typeof data === 'string') return data;
  }
  return null;
}

function readDetail(detail: string | undefined): JsonSource | undefined {
  const reading = detail === undefined ? undefined : readJsonSource(detail);
  return reading?.ok ? reading.source : undefined;
}

export function namesAnswer({ phone, userId, lid, chatId }: ContactNames): ContactNamesAnswer {
  return {
    phone: phone ?? null,
    userId: userId ?? null,
    lid: lid ?? null,
    chatId: chatId ?? null,
  };
}

export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
