import type { Provider } from '../events/event.ts';
import type { RoutedKind } from '../events/routed-event.ts';
import { isRecord, type JsonSource, parseJsonSource } from '../shared/json/json-source.ts';
import { RawJson } from '../shared/json/raw-json.ts';

/** What a provider says went wrong, apart from what became of a message. */
export interface ProviderErrors {
  /** As the provider wrote them. */
  readonly errors: readonly RawJson[];
  /** Of the first, where it has one. */
  readonly code: number | null;
}

/**
 * The errors that an event tells instead of a message: undefined where it tells none.
 *
 * @param payload the event's webhook
 */
export function errorsTold(
  { provider, kind }: { readonly provider: Provider; readonly kind: RoutedKind },
  payload: string,
): ProviderErrors | undefined {
  // A message of WasenderApi's that could not be sent comes as one that was.
  if (kind !== 'account' && !(provider === 'wasender' && kind === 'echo')) return undefined;
  if (!payload.includes('"error') && !payload.includes('"success"')) return undefined;
  const webhook = parseJsonSource(payload);
  const sources = provider === 'meta' ? metaErrors(webhook) : wasenderErrors(webhook);
  if (sources === undefined) return undefined;
  const errors = sources.map(({ text }) => new RawJson(text));
  return { errors, code: sources.map(codeOf).find((code) => code !== null) ?? null };
}

function metaErrors(webhook: JsonSource): readonly JsonSource[] | undefined {
  const value = at(webhook, 'entry', 0, 'changes', 0, 'value');
  const places = [value, at(value, 'standby'), at(value, 'history', 0)];
  return places.map((place) => at(place, 'errors')?.elements).find((errors) => errors?.length);
}

function wasenderErrors(webhook: JsonSource): readonly JsonSource[] | undefined {
  const data = at(webhook, 'data');
  const places = [webhook, data, at(data, 'messages'), at(data, 'messages', 0), at(data, 0)];
  const errors = places.flatMap((place) => [at(place, 'error'), at(place, 'errors')]);
  const told = errors.filter((error) => error !== undefined && isError(error.value));
  const isRefused = places.some((place) => at(place, 'success')?.value === false);
  if (told.length === 0 && !isRefused) return undefined;
  return told.flatMap((error) => (error === undefined ? [] : (error.elements ?? [error])));
}

function isError(value: unknown): boolean {
  return isRecord(value) || (Array.isArray(value) && value.length > 0) || isWords(value);
}

function isWords(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function codeOf(error: JsonSource): number | null {
  const code = at(error, 'code')?.value;
  const number = typeof code === 'string' && /^\d{1,9}$/.test(code) ? Number(code) : code;
  return typeof number === 'number' ? number : null;
}

function at(
  source: JsonSource | undefined,
  ...path: readonly (string | number)[]
): JsonSource | undefined {
  return path.reduce<JsonSource | undefined>(
    (inner, step) =>
      typeof step === 'string' ? inner?.members?.get(step) : inner?.elements?.[step],
    source,
  );
}
