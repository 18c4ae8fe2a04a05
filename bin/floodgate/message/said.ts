import { readFileSync } from 'node:fs';
import { isRecord } from '../../../lambda/shared/json/json-source.ts';
import { UsageError } from '../terminal/command.ts';

/** What was typed of what a message says. */
export type Said =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly language: string;
      readonly params: readonly string[];
    }
  | { readonly kind: 'body'; readonly file: string };

interface SaidValues {
  readonly to?: string;
  readonly text?: string;
  readonly template?: string;
  readonly language?: string;
  readonly param?: readonly string[];
  readonly body?: string;
}

export function saidIn(values: SaidValues): Said {
  const { to, text, template, language, param: params = [], body } = values;
  const given = [text, template, body].filter((one) => one !== undefined);
  if (given.length !== 1) throw new UsageError('send takes one of --text, --template and --body');
  if (to === undefined && body === undefined) throw new UsageError('send takes --to WHO');
  if (template === undefined) return plainIn(values);
  if (language === undefined) throw new UsageError('--template takes --language CODE beside it');
  return { kind: 'template', name: template, language, params };
}

function plainIn({ text, body = '', language, param = [] }: SaidValues): Said {
  if (language !== undefined || param.length > 0) {
    throw new UsageError('--language and --param are for --template');
  }
  return text === undefined ? { kind: 'body', file: body } : { kind: 'text', text };
}

/** Members of Meta's body. @param read resolves a file's content; `-` is stdin */
export function bodyOf(said: Said, read = readFile): object {
  switch (said.kind) {
    case 'nothing':
      return {};
    case 'text':
      return { type: 'text', text: { body: said.text } };
    case 'template':
      return { type: 'template', template: templateOf(said) };
    case 'body':
      return parse(said.file, read(said.file));
  }
}

function templateOf({ name, language, params }: Extract<Said, { kind: 'template' }>): object {
  const parameters = params.map(parameterOf);
  const components = parameters.length === 0 ? [] : [{ type: 'body', parameters }];
  return { name, language: { code: language }, ...(components.length > 0 && { components }) };
}

/** One with a name is for a template whose placeholders have names. */
function parameterOf(param: string): object {
  const [, name, text] = /^([a-z][a-z0-9_]*)=(.*)$/s.exec(param) ?? [];
  return name === undefined
    ? { type: 'text', text: param }
    : { type: 'text', parameter_name: name, text };
}

function readFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--body: ${file} cannot be read`, { cause });
  }
}

function parse(file: string, text: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (isRecord(json)) return json;
  } catch {
    // Told below, whatever is wrong with it.
  }
  throw new UsageError(`--body: ${file === '-' ? 'stdin' : file} has no JSON object`);
}
