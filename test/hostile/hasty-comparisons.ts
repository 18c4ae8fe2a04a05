/** Whose last word says that it holds a secret, or what is made of one. */
const SECRET = /(secret|token|signature|digest|hmac|password|apikey)s?$/i;
/** A value without secrets in it: to compare with it tells whether there is something at all. */
const TELLS_NOTHING = /^(undefined|null|true|false|''|""|-?\d+)$/;
/** What tells how much there is, and not what. */
const IS_COUNT = /\.(length|size)$/;

const WORD = /[\w$]+/g;
const STRING = /'[^']*'|"[^"]*"/g;
const OPERAND = String.raw`(?:'[^']*'|"[^"]*"|-?[\w$]+(?:(?:\?\.|\.)[\w$]+|\[[^\]]*\])*)`;
const COMPARED = String.raw`${OPERAND}(?:\([^()]*\))?`;
const EQUALITY = new RegExp(String.raw`(typeof\s+)?(${COMPARED})\s*[!=]==?\s*(${COMPARED})`, 'g');
const LOOKUP =
  /\.(?:includes|has|get|indexOf|lastIndexOf|startsWith|endsWith|localeCompare|equals|compare|match|search)\(([^()]*)/g;
const SWITCH = new RegExp(String.raw`switch\s*\((${OPERAND})\)`, 'g');
const CASE = new RegExp(String.raw`\bcase\s+(${OPERAND})\s*:`, 'g');

const NAMES = String.raw`\{[^}]*\}|\[[^\]]*\]|[\w$]+`;
/** A method and the parameters of the function that it is given. */
const CALLBACK =
  /\.\w+\(\s*(?:async\s+)?(?:function\b[^(]*\(([^()]*)\)|\(([^()]*)\)[^=(),]*=>|([\w$]+)\s*=>)/g;
const LOOP = new RegExp(String.raw`\bfor\s*(?:await\s*)?\(\w+\s+(${NAMES})\s+of\s+(.*)`, 'g');
const BINDING = new RegExp(
  String.raw`\b(?:const|let|var)\s+(${NAMES})(?:\s*:[^=]+)?\s*=\s*(${OPERAND})(?:\.(?:at|pop|shift)\([^()]*\))?\s*[;\n]`,
  'g',
);

/** Whether a name holds a secret. */
type IsSecret = (name: string) => boolean;

/**
 * Comparisons that end at the first difference, of what is named like a secret, or was taken out of
 * what is: by a callback, a loop or another name. Names are those of a whole file.
 */
export function hastyComparisons(code: string): string[] {
  const source = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').replace(/\s*\n\s*(\??\.)/g, '$1');
  const taken = namesTaken(source);
  const isSecret: IsSecret = (name) => SECRET.test(name) || taken.has(name);
  const equalities = [...source.matchAll(EQUALITY)]
    .filter(([, type]) => type === undefined)
    .filter(([, , left = '', right = '']) => isSecretBeside(left, right, isSecret));
  const choices = [...source.matchAll(SWITCH), ...source.matchAll(CASE)].filter(([, on = '']) =>
    isOfSecret(on, isSecret),
  );
  return [...[...equalities, ...choices].map(([found]) => found), ...lookups(source, isSecret)];
}

function isSecretBeside(left: string, right: string, isSecret: IsSecret): boolean {
  if (TELLS_NOTHING.test(left) || TELLS_NOTHING.test(right)) return false;
  return isOfSecret(left, isSecret) || isOfSecret(right, isSecret);
}

function lookups(source: string, isSecret: IsSecret): string[] {
  return [...source.matchAll(LOOKUP)].flatMap(({ 0: call, 1: sought = '', index }) => {
    if (TELLS_NOTHING.test(sought)) return [];
    const receiver = receiverBefore(source, index);
    const isHasty = isOfSecret(receiver, isSecret) || isOfSecret(sought, isSecret);
    return isHasty ? [receiver + call] : [];
  });
}

/** Whether any name in an expression holds a secret. */
function isOfSecret(expression: string, isSecret: IsSecret): boolean {
  if (IS_COUNT.test(expression)) return false;
  return namesIn(expression.replace(STRING, '')).some(isSecret);
}

function namesIn(expression: string): string[] {
  return expression.match(WORD) ?? [];
}

/** Names of what is taken out of secrets, and out of that again. */
function namesTaken(source: string): ReadonlySet<string> {
  const callbacks = [...source.matchAll(CALLBACK)].map(({ 1: one, 2: other, 3: only, index }) => ({
    ...{ names: one ?? other ?? only ?? '', from: receiverBefore(source, index) },
  }));
  const others = [...source.matchAll(LOOP), ...source.matchAll(BINDING)].map(
    ([, names = '', from = '']) => ({ names, from }),
  );
  const taken = new Set<string>();
  for (let size = -1; size < taken.size; ) {
    size = taken.size;
    for (const { names, from } of [...callbacks, ...others]) {
      if (!isOfSecret(from, (name) => SECRET.test(name) || taken.has(name))) continue;
      for (const name of namesIn(names)) taken.add(name);
    }
  }
  return taken;
}

/** The expression whose member begins at a place: names, dots and what is in brackets. */
function receiverBefore(source: string, end: number): string {
  let depth = 0;
  let start = end;
  for (; start > 0; start -= 1) {
    const letter = source[start - 1] ?? '';
    if (depth === 0 && !/[\w$.?!)\]]/.test(letter)) break;
    if (/[)\]]/.test(letter)) depth += 1;
    if (/[([]/.test(letter)) depth -= 1;
  }
  return source.slice(start, end);
}
