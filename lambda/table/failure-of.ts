import type { Provider } from '../events/event.ts';
import { effectOf } from '../providers/error-classes.ts';
import { readStatusError } from '../providers/meta/send-answer.ts';
import type { OutgoingRecord, SendError } from './outgoing-record.ts';
import type { StoredStatus } from './stored-rows.ts';

/** Why a message failed, as that status says; undefined where none says so. */
export function failureByStatus(
  { statuses }: Pick<OutgoingRecord, 'statuses'>,
  provider: Provider,
): { readonly status: StoredStatus; readonly error: SendError } | undefined {
  const status = statuses.find(({ name }) => name === 'failed');
  if (status === undefined) return undefined;
  const refusal = readStatusError(status.detail ?? '');
  if (refusal === undefined) return { status, error: { class: 'unknown' } };
  const { code, text } = refusal;
  return { status, error: { class: effectOf(provider, refusal).class, code: String(code), text } };
}
