import { describe, expect, test } from 'vitest';
import { faultsOf, mapFaults, rendererOf } from '../../../lambda/campaigns/templates/rendering.ts';
import { readTemplate, type Template } from '../../../lambda/campaigns/templates/template.ts';

function aTemplate(components: readonly object[], rest: object = {}): Template {
  const template = readTemplate({
    ...{ id: '1', name: 'offer', language: 'en', status: 'APPROVED', category: 'MARKETING' },
    ...rest,
    components,
  });
  if (template === undefined) throw new Error('no template');
  return template;
}

const body = (text: string) => ({ type: 'BODY', text });
const buttons = (...all: readonly object[]) => ({ type: 'BUTTONS', buttons: all });

function render(template: Template, map: Record<string, string>, row: Record<string, string>) {
  const mapping = { map, columns: Object.keys(row) };
  expect([...faultsOf(template, mapping), ...mapFaults([template], mapping)]).toEqual([]);
  return rendererOf(template, mapping)(Object.values(row));
}

describe('components of a template', () => {
  test('have parameters by place, in the order of the text', () => {
    const template = aTemplate([body('{{2}} for {{1}}, {{2}}!')]);

    expect(render(template, { 1: 'name', 2: 'what' }, { name: 'Ana', what: 'Tulips' })).toEqual({
      ok: true,
      components: [
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Tulips' },
            { type: 'text', text: 'Ana' },
          ],
        },
      ],
    });
  });

  test('have parameters by name, in the header too', () => {
    const header = { type: 'HEADER', format: 'TEXT', text: 'For {{city}}' };
    const template = aTemplate([header, body('Hi {{first_name}}')], { parameter_format: 'NAMED' });
    const map = { first_name: 'name', header: 'city' };

    expect(render(template, map, { name: ' Ana ', city: 'Rome' })).toEqual({
      ok: true,
      components: [
        {
          type: 'header',
          parameters: [{ type: 'text', text: 'Rome', parameter_name: 'city' }],
        },
        { type: 'body', parameters: [{ type: 'text', text: 'Ana', parameter_name: 'first_name' }] },
      ],
    });
  });

  test.each([
    [
      'IMAGE',
      'https://cdn.example/a.jpg',
      { type: 'image', image: { link: 'https://cdn.example/a.jpg' } },
    ],
    [
      'VIDEO',
      'http://cdn.example/a.mp4',
      { type: 'video', video: { link: 'http://cdn.example/a.mp4' } },
    ],
    ['DOCUMENT', '1234567890', { type: 'document', document: { id: '1234567890' } }],
  ])('have a header of %s by its URL or by the id of an upload', (format, cell, parameter) => {
    const template = aTemplate([{ type: 'HEADER', format }, body('Hi')]);

    expect(render(template, { header: 'file' }, { file: cell })).toEqual({
      ok: true,
      components: [{ type: 'header', parameters: [parameter] }],
    });
  });

  test('have buttons by their place: codes to copy, links, and what a reply says', () => {
    const template = aTemplate([
      body('Hi'),
      buttons(
        { type: 'COPY_CODE' },
        { type: 'URL', url: 'https://a.example/' },
        { type: 'URL', url: 'https://a.example/{{1}}' },
        { type: 'QUICK_REPLY' },
      ),
    ]);
    const map = { 'button.0': 'code', 'button.2': 'path', 'button.3': 'payload' };
    const button = (sub_type: string, index: string, parameter: object) => ({
      ...{ type: 'button', sub_type, index, parameters: [parameter] },
    });

    expect(render(template, map, { code: 'SPRING', path: 'a?b=c', payload: 'yes' })).toEqual({
      ok: true,
      components: [
        button('copy_code', '0', { type: 'coupon_code', coupon_code: 'SPRING' }),
        button('url', '2', { type: 'text', text: 'a?b=c' }),
        button('quick_reply', '3', { type: 'payload', payload: 'yes' }),
      ],
    });
    expect(render(template, map, { code: 'SPRING', path: 'a', payload: '' })).toMatchObject({
      components: [{ index: '0' }, { index: '2' }],
    });
  });

  test('have none where nothing is filled in', () => {
    expect(render(aTemplate([body('Hi')]), {}, { phone: '1' })).toEqual({
      ...{ ok: true, components: [] },
    });
  });
});

describe('a row that a template cannot take', () => {
  const template = aTemplate([
    { type: 'HEADER', format: 'TEXT', text: 'For {{1}}' },
    body('{{1}} and {{2}}'),
    buttons({ type: 'URL', url: 'https://a.example/{{1}}' }),
  ]);
  const map = { header: 'city', 1: 'a', 2: 'b', 'button.0': 'path' };
  const good = { city: 'Rome', a: 'x', b: 'y', path: 'p' };

  test.each([
    ['an empty cell', { b: '  ' }, 'missing_parameter', 2],
    ['a header over 60 characters', { city: 'x'.repeat(57) }, 'long_parameter', 0],
    [
      'a text over 1,024 characters',
      { a: 'x'.repeat(600), b: 'y'.repeat(600) },
      'long_parameter',
      2,
    ],
    ['a link over 2,000 characters', { path: 'x'.repeat(2000) }, 'long_parameter', 3],
    ['a line break', { a: 'x\ny' }, 'odd_parameter', 1],
    ['five spaces', { a: 'x     y' }, 'odd_parameter', 1],
    ['a space in a link', { path: 'a b' }, 'odd_parameter', 3],
  ])('is refused for %s, with its column', (_, changes, reason, column) => {
    expect(render(template, map, { ...good, ...changes })).toEqual({ ok: false, reason, column });
  });

  test('is refused for a header that is neither a URL nor an id', () => {
    const picture = aTemplate([{ type: 'HEADER', format: 'IMAGE' }, body('Hi')]);

    for (const file of ['a.jpg', 'ftp://a.example/a', 'https://', 'javascript:1']) {
      expect(render(picture, { header: 'file' }, { file })).toMatchObject({
        reason: 'odd_parameter',
      });
    }
  });
});

describe('a template that no table fills in', () => {
  test.each([
    ['a place', [{ type: 'HEADER', format: 'LOCATION' }, body('Hi')], 'LOCATION'],
    ['cards', [body('Hi'), { type: 'CAROUSEL' }], 'CAROUSEL'],
    ['an offer with an end', [body('Hi'), { type: 'LIMITED_TIME_OFFER' }], 'LIMITED_TIME_OFFER'],
  ])('is named for %s', (_, components, part) => {
    expect(faultsOf(aTemplate(components), { map: {}, columns: ['a'] })).toEqual([
      `offer (en) has a part that no table fills in: ${part}`,
    ]);
  });
});
