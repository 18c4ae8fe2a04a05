import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JsonSource,
  parseJsonSource,
  readJsonSource,
} from '../../../lambda/shared/json/json-source.ts';

/** JSON text with white space and escapes that no serializer of ours would write. */
const aJsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), fc.boolean())
  .map(([value, indent, isEscaped]) => {
    const text = JSON.stringify(value, undefined, indent);
    return isEscaped ? text.replace(/[é-\uffff]/g, escapeCharacter) : text;
  });

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Everything below a place, itself included. */
function placesBelow(source: JsonSource): JsonSource[] {
  const children = [...(source.members?.values() ?? []), ...(source.elements ?? [])];
  return [source, ...children.flatMap(placesBelow)];
}

describe('parseJsonSource', () => {
  test('finds for every value the text that it was parsed from', () => {
    fc.assert(
      fc.property(aJsonText, (text) => {
        for (const place of placesBelow(parseJsonSource(` ${text}\n`))) {
          expect(JSON.parse(place.text)).toEqual(place.value);
        }
      }),
    );
  });

  test('cuts text without changing a byte of it', () => {
    const text = '{"id": 12345678901234567890, "a\\u0062": [1.0, "\\/ñ\\ud83d", {}] }';
    const { members } = parseJsonSource(text);

    expect(members?.get('id')?.text).toBe('12345678901234567890');
    expect(members?.get('ab')?.elements?.map((element) => element.text)).toEqual([
      '1.0',
      '"\\/ñ\\ud83d"',
      '{}',
    ]);
  });

  test('takes a quote behind any number of backslashes for what it is', () => {
    const values = ['\\', '\\\\', '"', '\\"', '\\\\"]', '}'];
    const elements = parseJsonSource(JSON.stringify(values)).elements ?? [];
    expect(elements.map(({ text }) => JSON.parse(text))).toEqual(values);
  });

  test('keeps members that are named like those of every object', () => {
    const { members } = parseJsonSource('{"__proto__":{"a":1},"constructor":2}');
    expect(members?.get('__proto__')?.text).toBe('{"a":1}');
    expect(members?.get('constructor')?.value).toBe(2);
  });

  test('does not take apart an object that names a member twice', () => {
    const { members } = parseJsonSource('{"b":{"a":1,"a":[2]}}');
    expect(members?.get('b')?.members).toBeUndefined();
    expect(members?.get('b')?.text).toBe('{"a":1,"a":[2]}');
  });

  test('reads what is nested 100,000 deep', () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    const { elements } = parseJsonSource(`{"a":${deep},"b":[2]}`).members?.get('b') ?? {};
    expect(elements?.[0]?.text).toBe('2');
  });

  test('knows no members of an array and no elements of an object', () => {
    expect(parseJsonSource('[]').members).toBeUndefined();
    expect(parseJsonSource('{}').elements).toBeUndefined();
    expect(parseJsonSource('"text"').elements).toBeUndefined();
  });
});

describe('readJsonSource', () => {
  test('tells where parsing stopped, and nothing of what stands there', () => {
    const reading = readJsonSource('{"text":"+52155 Lucía" oops}');
    expect(reading).toEqual({ ok: false, reason: 'the body is no JSON at position 23' });
    expect(readJsonSource(`${'\n'.repeat(12)}{"text":1 oops}`)).toEqual({
      ok: false,
      reason: 'the body is no JSON at position 22',
    });
  });

  test.each(['position 5215550001111', '"a" in JSON at position 5215550001111', '['])(
    'takes no number out of %j for the place where parsing stopped',
    (text) => {
      expect(JSON.stringify(readJsonSource(text))).not.toContain('52');
    },
  );

  test('refuses an empty body', () => {
    expect(readJsonSource('')).toEqual({ ok: false, reason: 'the body is no JSON' });
  });
});
