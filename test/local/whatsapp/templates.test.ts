import { describe, expect, test } from 'vitest';
import { BUSINESS } from '../../../local/whatsapp/business.ts';
import {
  aTemplate,
  aWorld,
  call,
  changesUntil,
  codeOf,
  detailsOf,
  NOW,
  SOFIA,
  send,
  statusesUntil,
} from './worlds.ts';

const TEMPLATES = `/v23.0/${BUSINESS.account}/message_templates`;
const MINUTE_MS = 60_000;

function ofTemplate(name: string, ...components: readonly object[]): object {
  return { type: 'template', template: { name, language: { code: 'en_US' }, components } };
}

const text = (value: string) => ({ type: 'text', text: value });
const body = (...values: readonly string[]) => ({ type: 'body', parameters: values.map(text) });
const photo = { type: 'image', image: { link: 'https://flowers.example/a.jpg' } };
const header = { type: 'header', parameters: [photo] };
const link = { type: 'button', sub_type: 'url', index: '0', parameters: [text('tulips')] };

describe('a template is taken', () => {
  test.each<[string, object]>([
    ['without parameters', aTemplate('hello_world')],
    ['with those of its body', aTemplate('order_update', '4711', 'on its way')],
    ['with header, body and button', ofTemplate('spring_offer', header, body('Sofía'), link)],
    [
      'in capital letters',
      ofTemplate(
        'spring_offer',
        { ...header, type: 'HEADER' },
        { ...body('a'), type: 'BODY' },
        { ...link, type: 'BUTTON' },
      ),
    ],
  ])('%s', async (_, message) => {
    expect((await send(aWorld(), message)).status).toBe(200);
  });

  test('as its recipient reads it', async () => {
    const world = aWorld();
    await send(world, aTemplate('order_update', '4711', 'on its way'));
    expect(world.ledger.receipts[0]?.text).toBe('Your order 4711 is on its way.');
  });
});

describe('a template is refused', () => {
  test.each<[number, string, object, string]>([
    [
      132_001,
      'that is none',
      aTemplate('nothing'),
      'template name (nothing) does not exist in en_US',
    ],
    [132_001, 'that was rejected', aTemplate('rejected_offer', 'a'), 'rejected'],
    [132_015, 'that is paused', aTemplate('paused_offer', 'a'), 'paused'],
    [132_016, 'that is disabled', aTemplate('disabled_offer', 'a'), 'disabled'],
    [
      132_000,
      'with a parameter too few',
      aTemplate('order_update', 'a'),
      'body: number of localizable_params (1) does not match the expected number of params (2)',
    ],
    [132_000, 'with a parameter too many', aTemplate('order_update', 'a', 'b', 'c'), 'params (3)'],
    [
      132_000,
      'with parameters that it has not',
      aTemplate('hello_world', 'a'),
      'expected number of params (0)',
    ],
    [
      132_012,
      'without its picture',
      ofTemplate('spring_offer', body('a'), link),
      'expected IMAGE, received UNKNOWN',
    ],
    [
      132_012,
      'with a video for its picture',
      ofTemplate(
        'spring_offer',
        { type: 'header', parameters: [{ ...photo, type: 'video' }] },
        body('a'),
        link,
      ),
      'expected IMAGE, received VIDEO',
    ],
    [
      132_012,
      'with a picture in its text',
      ofTemplate('plain_offer', { type: 'body', parameters: [photo] }),
      'body: Format mismatch',
    ],
    [
      131_008,
      'without what its button leads to',
      ofTemplate('spring_offer', header, body('a')),
      'Button at index 0 of type URL requires a parameter',
    ],
    [
      132_018,
      'with a header that it has not',
      ofTemplate('plain_offer', header, body('a')),
      'no component header',
    ],
    [
      132_018,
      'with a button that it has not',
      ofTemplate('spring_offer', header, body('a'), link, { ...link, index: 2 }),
      'no button at index 2',
    ],
    [132_018, 'with a line break', aTemplate('order_update', 'a\nb', 'c'), 'new-line'],
    [132_018, 'with five blanks', aTemplate('order_update', 'a     b', 'c'), 'consecutive spaces'],
    [
      132_005,
      'that becomes too long',
      aTemplate('order_update', 'x'.repeat(600), 'x'.repeat(600)),
      'of 1024 at most',
    ],
  ])('with %i %s', async (code, _, message, details) => {
    const sent = await send(aWorld(), message);
    expect(codeOf(sent)).toBe(code);
    expect(detailsOf(sent)).toContain(details);
  });

  test('in a language that it is not in', async () => {
    const world = aWorld();
    const inLanguage = (code: string) => ({
      type: 'template',
      template: { name: 'order_update', language: { code }, components: [body('a', 'b')] },
    });
    expect(codeOf(await send(world, inLanguage('fr')))).toBe(132_001);
    expect(codeOf(await send(world, inLanguage('es_MX')))).toBe(undefined);
  });
});

describe('a template that is made', () => {
  const made = {
    name: 'restock',
    language: 'en_US',
    category: 'UTILITY',
    parameter_format: 'NAMED',
    components: [{ type: 'BODY', text: 'Hi {{name}}, {{flower}} are back.' }],
  };
  const named = (...names: readonly string[]) =>
    ofTemplate('restock', {
      type: 'body',
      parameters: names.map((name) => ({ ...text('x'), parameter_name: name })),
    });

  test('is reviewed, told to be approved, and sent when ten minutes are over', async () => {
    const world = aWorld();
    const answer = await call(world, { path: TEMPLATES, json: made });
    expect(answer.body).toMatchObject({ id: expect.any(String), status: 'PENDING' });
    expect(changesUntil(world, NOW + 1_999)).toEqual([]);
    expect(changesUntil(world, NOW + 2_000)).toMatchObject([
      {
        field: 'message_template_status_update',
        value: { event: 'APPROVED', message_template_name: 'restock' },
      },
    ]);
    const message = named('name', 'flower');
    expect(codeOf(await send(world, message, { at: NOW + 10 * MINUTE_MS - 1 }))).toBe(134_101);
    expect(codeOf(await send(world, message, { at: NOW + 10 * MINUTE_MS }))).toBe(undefined);
    expect(world.ledger.receipts[0]?.text).toBe('Hi x, x are back.');
  });

  test('takes named parameters by their names', async () => {
    const world = aWorld();
    await call(world, { path: TEMPLATES, json: made });
    const at = NOW + 10 * MINUTE_MS;
    const sent = await send(world, named('name', 'plant'), { at });
    expect(codeOf(sent)).toBe(132_012);
    expect(detailsOf(sent)).toContain('parameter_name flower');
  });

  test('is in the list, which has pages and filters', async () => {
    const world = aWorld();
    await call(world, { path: TEMPLATES, json: made });
    const pending = await call(world, { path: `${TEMPLATES}?status=PENDING` });
    expect(pending.body).toEqual({
      data: [expect.objectContaining({ ...made, status: 'PENDING' })],
    });
    const reviewed = await call(world, { path: `${TEMPLATES}?name=restock`, at: NOW + 2_000 });
    expect(reviewed.body).toMatchObject({ data: [{ status: 'APPROVED' }] });
    const page = await call(world, { path: `${TEMPLATES}?limit=2` });
    expect(page.body).toMatchObject({
      data: [{ name: 'hello_world' }, { name: 'order_update' }],
      paging: { cursors: { after: '2' } },
    });
    const all = await call(world, { path: `${TEMPLATES}?limit=100` });
    expect(all.body).not.toHaveProperty('paging');
  });

  test.each<[object, string]>([
    [{ ...made, name: 'Restock!' }, 'Param name'],
    [{ ...made, category: 'SPAM' }, 'Param category must be one of'],
    [{ ...made, components: [] }, 'Param components must be at least 1'],
    [{ ...made, name: 'hello_world' }, 'there is content in en_US'],
  ])('is refused where it is %j', async (json, details) => {
    const refused = await call(aWorld(), { path: TEMPLATES, json });
    expect(codeOf(refused)).toBe(100);
    expect(detailsOf(refused)).toContain(details);
  });
});

describe('a template that is paced', () => {
  const offer = (name: string) => aTemplate(name, 'Sofía');
  const people = [SOFIA, '5215550001235', '5215550001236'];

  test.each([
    ['paced_offer', ['sent', 'delivered', 'read']],
    ['dropped_offer', ['failed']],
  ])('%s is held after its first two messages, and then let go or dropped', async (name, fate) => {
    const world = aWorld();
    const states = [];
    for (const to of people) {
      const { body: answer } = await send(world, { to, ...offer(name) });
      states.push(answer);
    }
    expect(states).toMatchObject([
      { messages: [{ message_status: 'accepted' }] },
      { messages: [{ message_status: 'accepted' }] },
      { messages: [{ message_status: 'held_for_quality_assessment' }] },
    ]);
    const held = world.ledger.receipts[2]?.wamid;
    const ofHeld = (until: number) => statusesUntil(world, until).filter(({ id }) => id === held);
    expect(ofHeld(NOW + 9_999)).toEqual([]);
    const told = ofHeld(NOW + 60_000);
    expect(told.map(({ status }) => status)).toEqual(fate);
    if (name === 'dropped_offer') expect(told).toMatchObject([{ errors: [{ code: 132_015 }] }]);
  });
});
