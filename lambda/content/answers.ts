import { isRecord } from '../shared/json/json-source.ts';
import { RawJson } from '../shared/json/raw-json.ts';

const MAX_LENGTH = 262_144;

/**
 * The answers of a form, from the text that holds their JSON: as they are written there, so that no
 * digit is lost; as text where that is no JSON; null where there is none. Some releases tell the JSON
 * itself.
 */
export function answersOf(told: unknown): RawJson | string | null {
  const json = isRecord(told) || Array.isArray(told) ? textOfJson(told) : told;
  if (typeof json !== 'string' || json === '' || json.length > MAX_LENGTH) return null;
  return isJson(json) ? new RawJson(json) : json;
}

/** Undefined where it nests too deep to be written. */
function textOfJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
