import type { SentComponent, SentParameter, SentTemplate } from './graph/content-schemas.ts';
import type { Refusal } from './graph/errors.ts';
import { componentOf, fillIn, placeholdersOf, type Template } from './templates.ts';

type Check = (template: Template, sent: readonly SentComponent[]) => Refusal | undefined;

/** What does not fit between a template and what was sent for it. */
export function checkTemplateParameters(
  template: Template,
  { components = [] }: SentTemplate,
): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(template, components);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const CHECKS: readonly Check[] = [
  (template, sent) => {
    const known = new Set(template.components.map(({ type }) => type));
    const odd = sent.find(({ type }) => {
      const place = typeOf(type);
      return place === 'BUTTON' ? !known.has('BUTTONS') : !isPlace(place) || !known.has(place);
    });
    return odd && { code: 132_018, details: `the template has no component ${odd.type}` };
  },
  (_, sent) => {
    const odd = sent.flatMap(({ parameters = [] }) => parameters).find(hasOddText);
    const details =
      'Param text cannot have new-line/tab characters or more than 4 consecutive spaces';
    return odd && { code: 132_018, details };
  },
  (template, sent) => {
    const { format, text } = componentOf(template, 'HEADER') ?? {};
    const parameters = parametersOf(sent, 'HEADER');
    if (format === undefined) return undefined;
    return format === 'TEXT'
      ? checkTexts('header', text, parameters, template)
      : checkMediaHeader(format, parameters);
  },
  (template, sent) =>
    checkTexts('body', componentOf(template, 'BODY')?.text, parametersOf(sent, 'BODY'), template),
  checkButtons,
  (template, sent) => {
    const text = componentOf(template, 'BODY')?.text ?? '';
    const filled = fillIn(text, valuesOf(text, parametersOf(sent, 'BODY')));
    const details = `body: the text is ${filled.length} characters long, of 1024 at most`;
    return filled.length > 1024 ? { code: 132_005, details } : undefined;
  },
];

const PLACES = ['HEADER', 'BODY', 'FOOTER', 'CAROUSEL', 'LIMITED_TIME_OFFER'] as const;

function isPlace(type: string): type is (typeof PLACES)[number] {
  return PLACES.some((place) => place === type);
}

function typeOf(type: string): string {
  return type.toUpperCase();
}

function parametersOf(sent: readonly SentComponent[], type: string): readonly SentParameter[] {
  return sent.find((one) => typeOf(one.type) === type)?.parameters ?? [];
}

function hasOddText({ type, text }: SentParameter): boolean {
  return type === 'text' && typeof text === 'string' && /[\n\t]| {5}/.test(text);
}

const IN_TEXTS = ['text', 'currency', 'date_time'];

function checkTexts(
  place: 'header' | 'body',
  text: string | undefined,
  parameters: readonly SentParameter[],
  { parameter_format }: Template,
): Refusal | undefined {
  const expected = placeholdersOf(text);
  if (expected.length !== parameters.length) {
    const details = `${place}: number of localizable_params (${parameters.length}) does not match the expected number of params (${expected.length})`;
    return { code: 132_000, details };
  }
  const odd = parameters.find(({ type }) => !IN_TEXTS.includes(type.toLowerCase()));
  if (odd !== undefined) {
    return {
      code: 132_012,
      details: `${place}: Format mismatch, expected TEXT, received ${odd.type.toUpperCase()}`,
    };
  }
  if (parameter_format !== 'NAMED') return undefined;
  const missing = expected.find((name) => parameters.every((one) => one.parameter_name !== name));
  return missing === undefined
    ? undefined
    : {
        code: 132_012,
        details: `${place}: there is no parameter with the parameter_name ${missing}`,
      };
}

function checkMediaHeader(
  format: string,
  parameters: readonly SentParameter[],
): Refusal | undefined {
  const received = parameters[0]?.type.toUpperCase() ?? 'UNKNOWN';
  if (received === format && parameters.length === 1) return undefined;
  const details = `header: Format mismatch, expected ${format}, received ${received}`;
  return { code: 132_012, details };
}

function checkButtons(template: Template, sent: readonly SentComponent[]): Refusal | undefined {
  const buttons = componentOf(template, 'BUTTONS')?.buttons ?? [];
  const sentButtons = sent.filter(({ type }) => typeOf(type) === 'BUTTON');
  const outside = sentButtons.find(({ index }) => buttons[Number(index ?? 0)] === undefined);
  if (outside !== undefined) {
    return { code: 132_018, details: `buttons: there is no button at index ${outside.index ?? 0}` };
  }
  for (const [place, { type, url }] of buttons.entries()) {
    const needs = type === 'COPY_CODE' || type === 'OTP' || placeholdersOf(url).length > 0;
    const given = sentButtons.find(({ index }) => Number(index ?? 0) === place);
    if (needs && (given?.parameters ?? []).length === 0) {
      const details = `buttons: Button at index ${place} of type ${type} requires a parameter`;
      return { code: 131_008, details };
    }
  }
  return undefined;
}

/** The text of a template as its recipient reads it. */
export function templateText(template: Template, { components = [] }: SentTemplate): string {
  const text = componentOf(template, 'BODY')?.text ?? template.name;
  return fillIn(text, valuesOf(text, parametersOf(components, 'BODY')));
}

function valuesOf(text: string, parameters: readonly SentParameter[]): Map<string, string> {
  const names = placeholdersOf(text);
  return new Map(
    parameters.map((one, place) => [one.parameter_name ?? names[place] ?? '', shownAs(one)]),
  );
}

function shownAs(parameter: SentParameter): string {
  if (parameter.text !== undefined) return String(parameter.text);
  const rich = parameter[parameter.type.toLowerCase()];
  const isNamed = typeof rich === 'object' && rich !== null && 'fallback_value' in rich;
  return isNamed ? String(rich.fallback_value) : '';
}
