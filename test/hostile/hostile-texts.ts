/** A text of about so many characters. */
export type Shape = (length: number) => string;

const MB = 1024 * 1024;
export const LENGTHS = { short: MB, long: 2 * MB, made: MB / 4 };

function repeated(unit: string, before = '', behind = ''): Shape {
  return (length) => {
    const room = length - before.length - behind.length;
    return before + unit.repeat(Math.max(Math.floor(room / unit.length), 1)) + behind;
  };
}

function halves(one: string, other: string): Shape {
  return (length) => repeated(one)(length / 2) + repeated(other)(length / 2);
}

const UNITS = [
  ...['@', '0', 'a', ' ', '.', '-', '/', '<', '(', '[', '{', ';', ':', '=', '%', '&', '"', '\\'],
  ...['\n', '\r', '\u0000', '\u00a0', '\u0301', '\u200b', '\ufeff', '\ufffe', 'ñ', '٥', '👍'],
  ...['\ud83d', '\ude00', 'a@', 'a ', ' ;', '\n;', '[{', '{"a":', '"a",', '\\"', '\\u0000', '%40'],
  ...[
    '{"error":"no","code":17,"to":"521"},',
    'a/b; c=d',
    '5215550001111@',
    'wamid.HBgN',
    '\u001b[',
    '\u001b];a',
  ],
];

/** Texts that somebody may send to keep a pattern busy: nearly what it looks for, again and again. */
export const SHAPES: Readonly<Record<string, Shape>> = Object.fromEntries([
  ...UNITS.map((unit) => [`${JSON.stringify(unit)} again and again`, repeated(unit)]),
  ...[...' 0a@;"', '\n'].flatMap((unit) => [
    [`many ${JSON.stringify(unit)}, then something else`, repeated(unit, '', '\u0001')],
    [`many ${JSON.stringify(unit)} behind a word, then a line`, repeated(unit, 'word', '\nx')],
  ]),
  ['lists in lists', halves('[', ']')],
  ['objects in objects', halves('{"a":', '}')],
  ['a long word, then spaces', halves('a', ' ')],
  ['spaces, then a long word', halves(' ', 'a')],
]);

/** What stands for the characters of an escape. */
const OF_ESCAPE: Readonly<Record<string, string>> = {
  ...{ d: '0', D: 'a', w: 'a', W: '!', s: ' ', S: 'a', b: '', B: '', n: '\n', r: '\r', t: '\t' },
  ...{ f: '\f', v: '\v', 0: '\u0000' },
};
const OF_PROPERTY: Readonly<Record<string, string>> = {
  ...{ L: 'ñ', M: '\u0301', N: '٥', C: '\u200b', Cc: '\u0001', Cf: '\u200b', Pd: '–' },
};
const TOKEN =
  /\\[pP]\{([^}]*)\}|\\u\{([\da-fA-F]+)\}|\\u([\da-fA-F]{4})|\\x([\da-fA-F]{2})|\\(.)|\{[\d,]*\}|\(\?(?:[:=!]|<[=!]|<\w+>)|([\^$|()[\]*+?])|([\s\S])/g;

/** Characters and words of which a pattern is made. */
function unitsOf(source: string): string[] {
  const words: string[] = [];
  const letters = new Set<string>();
  let word = '';
  const endWord = () => {
    if (word.length > 1) words.push(word);
    word = '';
  };
  for (const [, property, wide, unit, byte, escaped, special, letter] of source.matchAll(TOKEN)) {
    const code = wide ?? unit ?? byte;
    const plain = code === undefined ? letter : String.fromCodePoint(Number.parseInt(code, 16));
    const isClass = escaped !== undefined && escaped in OF_ESCAPE;
    const isLiteral = plain === undefined ? escaped !== undefined && !isClass : plain !== '.';
    const member = isClass ? OF_ESCAPE[escaped] : (plain ?? escaped);
    const ofProperty = property === undefined ? undefined : (OF_PROPERTY[property] ?? 'a');
    const made = ofProperty ?? (isLiteral || isClass ? member : plain && 'a');
    if (made !== undefined && made !== '') letters.add(made);
    if (escaped === 's') letters.add('\n');
    if (isLiteral) word += made;
    // What may be there or not does not end a word of those that must.
    else if (special === undefined || !'*+?'.includes(special)) endWord();
  }
  endWord();
  // Of letters and digits one is like another.
  const alike = [...letters].filter((one) => /[\da-z]/i.test(one)).slice(0, 2);
  const others = [...letters].filter((one) => !/[\da-z]/i.test(one));
  return [...new Set([...words, ...others, ...alike])].slice(0, MAX_UNITS);
}

const MAX_UNITS = 8;

/** Texts made of what a pattern itself names. */
export function textsFor({ source }: RegExp): string[] {
  const units = unitsOf(source);
  const pairs = units.flatMap((one) => units.map((other) => [one, other] as const));
  const shapes = [
    ...units.map((unit) => repeated(unit, '', '\n\u0001')),
    ...pairs.flatMap(([one, other]) => [repeated(one + other), repeated(other, one, '\u0001')]),
  ];
  return shapes.map((shape) => shape(LENGTHS.made));
}
