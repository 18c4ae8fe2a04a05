import { expect, test } from 'vitest';
import type { Ask } from '../../../lambda/channels/ask.ts';
import { findTemplate } from '../../../lambda/sending/checker/find-templates.ts';

const NOW = Date.parse('2026-12-01T09:00:00Z');
const wanted = { template: 'spring', language: 'es_MX' };

function aTemplate(overrides: object = {}) {
  return {
    ...{ id: '1', name: 'spring', language: 'es_MX', status: 'APPROVED', category: 'MARKETING' },
    components: [{ type: 'BODY', text: 'Hola' }],
    ...overrides,
  };
}

/** What is found where Meta answers so, and what it was asked. */
async function found(status: number, json: unknown) {
  const paths: string[] = [];
  const ask: Ask = async (path) => {
    paths.push(path);
    return { status, json };
  };
  return { found: await findTemplate('102', wanted, ask, NOW), paths };
}

test('a template is found by name and language', async () => {
  const others = [aTemplate({ name: 'spring_2' }), aTemplate({ language: 'en' })];
  const answer = await found(200, { data: [...others, aTemplate()] });

  expect(answer.found).toMatchObject({ ok: true, template: { name: 'spring' } });
  expect(answer.paths).toEqual([expect.stringMatching(/^\/102\/message_templates\?name=spring&/)]);
});

test.each([
  ['2026-12-01T08:55:00Z', true],
  ['2026-12-01T08:45:00Z', false],
])('a template that was changed at %s may not be known everywhere: %s', async (at, isFresh) => {
  const { found: one } = await found(200, { data: [aTemplate({ last_updated_time: at })] });

  expect(one).toMatchObject({ ok: true, isFresh });
});

test.each<[string, number, unknown, string]>([
  ['in Meta’s words', 400, { error: { message: 'no such account' } }, '102: no such account'],
  ['by its status where Meta says no more', 500, undefined, '102: it answers 500'],
  ['where there is none', 200, { data: [] }, 'has no template spring'],
  [
    'where it is in other languages',
    200,
    { data: [aTemplate({ language: 'en' }), aTemplate({ language: 'pt_BR' })] },
    'not there in es_MX, but in en, pt_BR',
  ],
  ['where it is not approved', 200, { data: [aTemplate({ status: 'PAUSED' })] }, 'is PAUSED'],
  [
    'where it cannot be read',
    200,
    { data: [aTemplate({ category: 'OF_ANOTHER_TIME' })] },
    'what Meta says of the template spring cannot be read',
  ],
])('a template that cannot be sent is refused %s', async (_, status, json, reason) => {
  expect((await found(status, json)).found).toEqual({
    ...{ ok: false, reason: expect.stringContaining(reason) },
  });
});
