import { type Template, variablesOf, withoutVariables } from './template.ts';

/** What a row's cell is to a template. */
interface Slot {
  /** As `map` calls it: `1`, a name, `header`, `button.0`. */
  readonly parameter: string;
  readonly kind: 'text' | 'media' | 'url' | 'code' | 'payload';
  readonly maxLength: number;
  /** Whether the template cannot be sent without it. */
  readonly isNeeded: boolean;
}

type Rendered =
  | { readonly ok: true; readonly components: readonly object[] }
  | {
      readonly ok: false;
      readonly reason: 'missing_parameter' | 'long_parameter' | 'odd_parameter';
      /** Which column it is of. */
      readonly column: number;
    };

/** Makes `components` of a row's cells. */
export type Render = (cells: readonly string[]) => Rendered;

export interface Mapping {
  readonly map: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
}

/** How long a text of a template may be, with what is filled in. */
const MAX = { header: 60, body: 1024, url: 2000, code: 20, payload: 256, link: 2048 };

/** What of a template is filled in for each person, in the order in which it is sent. */
function slotsOf(template: Template): readonly Slot[] {
  return [...headerSlots(template), ...bodySlots(template), ...buttonSlots(template)];
}

function headerSlots({ header }: Template): readonly Slot[] {
  if (header === undefined || header.format === 'location') return [];
  if (header.format !== 'text') {
    return [{ parameter: 'header', kind: 'media', maxLength: MAX.link, isNeeded: true }];
  }
  return variablesOf(header.text).map(() => ({
    ...{ parameter: 'header', kind: 'text', isNeeded: true },
    maxLength: MAX.header - withoutVariables(header.text).length,
  }));
}

function bodySlots({ body }: Template): readonly Slot[] {
  const maxLength = MAX.body - withoutVariables(body).length;
  return variablesOf(body).map((parameter) => ({
    ...{ parameter, kind: 'text', maxLength, isNeeded: true },
  }));
}

function buttonSlots({ buttons }: Template): readonly Slot[] {
  return buttons.flatMap(({ type, url }, index): Slot[] => {
    const parameter = `button.${index}`;
    if (type === 'QUICK_REPLY') {
      return [{ parameter, kind: 'payload', maxLength: MAX.payload, isNeeded: false }];
    }
    if (type === 'COPY_CODE' || type === 'OTP') {
      return [{ parameter, kind: 'code', maxLength: MAX.code, isNeeded: true }];
    }
    if (variablesOf(url).length === 0) return [];
    const maxLength = MAX.url - withoutVariables(url).length;
    return [{ parameter, kind: 'url', maxLength, isNeeded: true }];
  });
}

/** A code is in the text and on its button. */
function columnOf({ parameter, kind }: Slot, template: Template, { map }: Mapping) {
  const [first] = variablesOf(template.body);
  const isOfBody = kind === 'code' && template.category === 'authentication' && first !== undefined;
  return map[parameter] ?? (isOfBody ? map[first] : undefined);
}

/** What may be filled in of these templates, as `map` calls it. */
export function parametersOf(templates: readonly Template[]): readonly string[] {
  return [...new Set(templates.flatMap(slotsOf).map(({ parameter }) => parameter))];
}

/** What a template cannot be sent without, and no column is for. */
export function missingIn(template: Template, mapping: Mapping): readonly string[] {
  return slotsOf(template)
    .filter((slot) => slot.isNeeded && columnOf(slot, template, mapping) === undefined)
    .map(({ parameter, kind }) =>
      kind === 'media' ? `header (${template.header?.format})` : parameter,
    );
}

/** What cannot be filled in, in words; none where all can. */
export function faultsOf(template: Template, mapping: Mapping): readonly string[] {
  const { name, language, header, others } = template;
  const title = `${name} (${language})`;
  const [odd] = header?.format === 'location' ? ['LOCATION', ...others] : others;
  const missing = missingIn(template, mapping);
  const columns = `columns of the file: ${mapping.columns.join(', ')}`;
  return [
    ...(odd === undefined ? [] : [`${title} has a part that no table fills in: ${odd}`]),
    ...(missing.length === 0
      ? []
      : [`${title} needs ${missing.join(', ')}, which no column is mapped to; ${columns}`]),
  ];
}

/** What `map` names that none of the templates has, and columns that the file has not. */
export function mapFaults(templates: readonly Template[], { map, columns }: Mapping) {
  const known = new Set(parametersOf(templates));
  const list = `columns of the file: ${columns.join(', ')}`;
  return Object.entries(map).flatMap(([parameter, column]) => [
    ...(known.has(parameter)
      ? []
      : [
          `no template has the parameter ${parameter}; they have: ${[...known].join(', ') || 'none'}`,
        ]),
    ...(columns.includes(column) ? [] : [`the file has no column ${column}; ${list}`]),
  ]);
}

interface Filled extends Slot {
  readonly column: number;
}

/** How a template is filled in, where nothing is at fault. */
export function rendererOf(template: Template, mapping: Mapping): Render {
  const filled = slotsOf(template).flatMap((slot): Filled[] => {
    const name = columnOf(slot, template, mapping);
    return name === undefined ? [] : [{ ...slot, column: mapping.columns.indexOf(name) }];
  });
  const bodyNames = new Set(variablesOf(template.body));
  const [headerName] = variablesOf(template.header?.text ?? '');
  const named = (name: string | undefined) =>
    template.isNamed && name !== undefined ? { parameter_name: name } : {};
  const header = filled.filter(({ parameter }) => parameter === 'header');
  const body = filled.filter(({ parameter }) => bodyNames.has(parameter));
  const buttons = filled.filter(({ parameter }) => parameter.startsWith('button.'));
  const format = template.header?.format ?? 'text';
  const maxBody = MAX.body - withoutVariables(template.body).length;

  return (cells) => {
    const fault = filled.map((slot) => faultOf(slot, valueIn(slot, cells))).find(isThere);
    if (fault !== undefined) return fault;
    const tooLong = longBody(body, cells, maxBody);
    if (tooLong !== undefined) return tooLong;
    const components = [
      ...header.map((slot) => ({
        type: 'header',
        parameters: [headerParameter(format, valueIn(slot, cells), named(headerName))],
      })),
      ...(body.length === 0
        ? []
        : [
            {
              type: 'body',
              parameters: body.map((slot) => ({
                ...{ type: 'text', text: valueIn(slot, cells) },
                ...named(slot.parameter),
              })),
            },
          ]),
      ...buttons.flatMap((slot) => {
        const value = valueIn(slot, cells);
        return value === '' ? [] : [buttonComponent(slot, value, template)];
      }),
    ];
    return { ok: true, components };
  };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function valueIn({ column }: Filled, cells: readonly string[]): string {
  return (cells[column] ?? '').trim();
}

/** What Meta takes no text with. */
const ODD = /[\n\r\t]| {5}/;
const LINK = /^https?:\/\/[^\s/.]+\.\S+$/i;
const MEDIA_ID = /^\d{5,32}$/;

function faultOf(slot: Filled, value: string): Rendered | undefined {
  const { kind, maxLength, isNeeded, column } = slot;
  if (value === '')
    return isNeeded ? { ok: false, reason: 'missing_parameter', column } : undefined;
  if (value.length > maxLength) return { ok: false, reason: 'long_parameter', column };
  const isOdd =
    kind === 'media'
      ? !LINK.test(value) && !MEDIA_ID.test(value)
      : ODD.test(value) || (kind === 'url' && /\s/.test(value));
  return isOdd ? { ok: false, reason: 'odd_parameter', column } : undefined;
}

/** Each fits alone, and all together may not. */
function longBody(body: readonly Filled[], cells: readonly string[], max: number) {
  let length = 0;
  for (const slot of body) {
    length += valueIn(slot, cells).length;
    if (length > max) return { ok: false, reason: 'long_parameter', column: slot.column } as const;
  }
  return undefined;
}

function headerParameter(format: string, value: string, named: object): object {
  if (format === 'text') return { type: 'text', text: value, ...named };
  const file = MEDIA_ID.test(value) ? { id: value } : { link: value };
  return { type: format, [format]: file };
}

function buttonComponent({ parameter, kind }: Slot, value: string, { buttons }: Template): object {
  const index = parameter.slice('button.'.length);
  const button = (sub_type: string, one: object) => ({
    ...{ type: 'button', sub_type, index },
    parameters: [one],
  });
  if (kind === 'payload') return button('quick_reply', { type: 'payload', payload: value });
  // The button of a code to log in with is one of a URL to Meta.
  const isCoupon = kind === 'code' && buttons[Number(index)]?.type === 'COPY_CODE';
  return isCoupon
    ? button('copy_code', { type: 'coupon_code', coupon_code: value })
    : button('url', { type: 'text', text: value });
}
