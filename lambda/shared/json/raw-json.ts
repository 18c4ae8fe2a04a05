import { isRecord } from './json-source.ts';

/** JSON source that goes into an answer as it is: parsing it would lose digits and equal keys. */
export class RawJson {
  readonly text: string;

  /** @param text valid JSON */
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON of plain data with raw parts in it. */
export function writeJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`,
  );
  return `{${members.join(',')}}`;
}
