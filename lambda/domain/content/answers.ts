import { RawJson } from '../raw-json.ts';

const MAX_LENGTH = 262_144;

/**
 * The answers of a form, from the text that holds their JSON: as they are written there, so that no
 * digit is lost; as text where that is no JSON; null where there is none.
 */
export function answersOf(json: unknown): RawJson | string | null {
  if (typeof json !== 'string' || json === '' || json.length > MAX_LENGTH) return null;
  return isJson(json) ? new RawJson(json) : json;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
