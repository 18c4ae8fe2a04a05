import { isRecord } from '../shared/json/json-source.ts';
import { numberOrNull, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

type Untold = 'placeholder' | 'unsupported' | 'unknown';

/** What is known of something that cannot be told: the provider's word for it, and why. */
export function untold<Kind extends Untold>(
  kind: Kind,
  type: string | null | undefined,
  error?: unknown,
): { kind: Kind } & Pick<ContentOf<Untold>, 'type' | 'error'> {
  return { kind, type: type ?? null, error: faultOf(error) };
}

/** The provider's error; of WasenderApi a text. */
function faultOf(error: unknown): ContentOf<Untold>['error'] {
  if (typeof error === 'string' && error !== '') {
    return { code: null, title: wordsOrNull({ error }, 'error'), details: null };
  }
  if (!isRecord(error)) return null;
  return {
    code: numberOrNull(error, 'code'),
    title: textOrNull(error, 'title') ?? textOrNull(error, 'message'),
    details: wordsOrNull(error, 'error_data', 'details') ?? wordsOrNull(error, 'details'),
  };
}
