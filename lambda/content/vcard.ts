import { firstOf, wordsOf } from './read.ts';
import type { ContentOf } from './schema.ts';

type Card = ContentOf<'contacts'>['contacts'][number];

const MAX_VALUE = 512;
const MAX_LINES = 500;

/** Where a long line goes on in the next one. */
const FOLD = /(?:\r\n|\n|\r)[ \t]/g;

/** What a vCard says of a person, as far as WhatsApp writes it. Empty where it is none. */
export function vcardContact(vcard: unknown): Card {
  const text = (wordsOf({ vcard }, 'vcard') ?? '').replace(FOLD, '');
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES).map(lineOf);
  const of = (name: string) => lines.filter((line) => line.name === name && line.value !== '');
  return {
    name: of('FN')[0]?.value ?? null,
    organization: of('ORG')[0]?.value.replaceAll(';', ' ').trim() || null,
    phones: of('TEL').map(({ value, parameters }) => ({
      phone: value,
      waId: parameters.get('WAID') ?? null,
      type: parameters.get('TYPE') ?? null,
    })),
    emails: of('EMAIL').map(({ value }) => value),
  };
}

/** `item1.TEL;type=CELL;waid=5215550001111:+52 1 555 000 1111` */
function lineOf(line: string) {
  const colon = line.indexOf(':');
  const [first = '', ...rest] = line.slice(0, Math.max(colon, 0)).slice(0, MAX_VALUE).split(';');
  const parameters = rest.map((parameter) => parameter.split('=', 2));
  return {
    name: first.slice(first.indexOf('.') + 1).toUpperCase(),
    parameters: new Map(parameters.map(([name = '', value = '']) => [name.toUpperCase(), value])),
    value: colon < 0 ? '' : unescaped(firstOf(line.slice(colon + 1), MAX_VALUE)),
  };
}

function unescaped(value: string): string {
  return value.replace(/\\([,;\\])/g, '$1').trim();
}
