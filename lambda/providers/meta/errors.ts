import { digest } from '../../events/event.ts';
import { textOf } from '../../shared/json/fields.ts';
import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import { contentId, type MetaScope } from './scope.ts';

/** Parts of the id of an error of an account, which has none of its own. */
export type ErrorId = (scope: MetaScope) => readonly string[];

/**
 * Tells the errors of one webhook from each other, and from those of others.
 *
 * Without an entry's time they are known again by the messages that the webhook tells beside them. What is
 * told of nothing else says nothing by which it could be known again: each receipt is one of its own.
 */
export function errorIds(webhook: unknown, receivedAt: number): ErrorId {
  const seen = new Map<string, number>();
  let occasion: string | undefined;
  return (scope) => {
    const content = contentId(scope);
    const key = JSON.stringify(content);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    if (scope.time === '') occasion ??= occasionOf(webhook, receivedAt);
    return [
      ...content,
      ...(scope.time === '' && occasion !== undefined ? [occasion] : []),
      ...(count === 0 ? [] : [`again ${count}`]),
    ];
  };
}

function occasionOf(webhook: unknown, receivedAt: number): string {
  const ids = listIn(webhook, 'entry')
    .flatMap((entry) => listIn(entry, 'changes'))
    .map((change) => memberOf(change, 'value'))
    .flatMap((value) => [...idsIn(value), ...idsIn(memberOf(value, 'standby'))]);
  return ids.length === 0 ? String(receivedAt) : digest(ids);
}

/** Ids of whatever has one, in all lists of a value. */
function idsIn(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  return Object.values(value)
    .filter((list) => Array.isArray(list))
    .flatMap((list: readonly unknown[]) => list.flatMap((leaf) => textOf(leaf, 'id') ?? []));
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = memberOf(value, key);
  return Array.isArray(list) ? list : [];
}
