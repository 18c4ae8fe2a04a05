import { isRecord, memberOf } from '../../shared/json/json-source.ts';

export type Category = 'marketing' | 'utility' | 'authentication';

type HeaderFormat = 'text' | 'image' | 'video' | 'document' | 'location';

/** A template as its provider has it now. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  /** Such as `APPROVED` or `PAUSED`. */
  readonly status: string;
  readonly category: Category;
  readonly isNamed: boolean;
  readonly header?: { readonly format: HeaderFormat; readonly text: string };
  readonly body: string;
  readonly buttons: readonly TemplateButton[];
  /** Whether there is a bid on it, for which a phone number is needed. */
  readonly hasBid: boolean;
  /** Parts of it that a row of a table cannot fill in, such as `CAROUSEL`. */
  readonly others: readonly string[];
}

interface TemplateButton {
  /** In capitals, such as `QUICK_REPLY`. */
  readonly type: string;
  readonly url: string;
}

/** Names of the variables of a text, in its order: `1` of `{{1}}`, `name` of `{{name}}`. */
export function variablesOf(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([, name = '']) => name))];
}

/** A text without its variables. */
export function withoutVariables(text: string): string {
  return text.replace(VARIABLE, '');
}

const VARIABLE = /\{\{\s{0,9}(\w{1,64})\s{0,9}\}\}/g;

/** Whether it is for codes that people log in with, or has a bid: then it goes to phone numbers alone. */
export function needsNumber({ category, hasBid }: Template): boolean {
  return category === 'authentication' || hasBid;
}

/** Reads what Meta says of a template; undefined where that is none. */
export function readTemplate(json: unknown): Template | undefined {
  const [id, name, language] = ['id', 'name', 'language'].map((member) => wordIn(json, member));
  const category = CATEGORIES[wordIn(json, 'category')];
  const components = listIn(json, 'components');
  if (!id || !name || !language || category === undefined) return undefined;
  const ofType = (type: string) => components.find((one) => typeOf(one) === type);
  const header = headerOf(ofType('HEADER'));
  return {
    ...{ id, name, language, category },
    status: wordIn(json, 'status').toUpperCase(),
    isNamed: wordIn(json, 'parameter_format').toUpperCase() === 'NAMED',
    ...(header !== undefined && { header }),
    body: wordIn(ofType('BODY'), 'text'),
    buttons: listIn(ofType('BUTTONS'), 'buttons').map((button) => ({
      type: typeOf(button),
      url: wordIn(button, 'url'),
    })),
    hasBid: isRecord(memberOf(json, 'bid_spec')),
    others: components.map(typeOf).filter((type) => !KNOWN.includes(type)),
  };
}

const KNOWN = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'];

const CATEGORIES: Readonly<Partial<Record<string, Category>>> = {
  MARKETING: 'marketing',
  UTILITY: 'utility',
  AUTHENTICATION: 'authentication',
};

const FORMATS: readonly HeaderFormat[] = ['text', 'image', 'video', 'document', 'location'];

function headerOf(component: unknown): Template['header'] {
  if (component === undefined) return undefined;
  const name = wordIn(component, 'format').toLowerCase();
  const format = FORMATS.find((one) => one === name) ?? 'text';
  return { format, text: wordIn(component, 'text') };
}

function typeOf(component: unknown): string {
  return wordIn(component, 'type').toUpperCase();
}

function wordIn(json: unknown, member: string): string {
  const value = memberOf(json, member);
  return typeof value === 'string' ? value : '';
}

function listIn(json: unknown, member: string): readonly unknown[] {
  const value = memberOf(json, member);
  return Array.isArray(value) ? value : [];
}
