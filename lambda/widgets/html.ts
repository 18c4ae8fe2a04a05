/** Markup of ours; what people wrote becomes part of it by `html` alone, which has it shown as text. */
export interface Html {
  readonly markup: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

type Part = string | number | Html | readonly Html[];

/** A template of markup, in which all else is text. */
export function html(markup: readonly string[], ...parts: readonly Part[]): Html {
  const texts = markup.map((text, at) => text + shown(parts[at]));
  return { markup: texts.join('') };
}

function shown(part: Part | undefined): string {
  if (part === undefined) return '';
  if (typeof part !== 'object')
    return String(part).replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '');
  return 'markup' in part ? part.markup : part.map((one) => one.markup).join('');
}

/** As CloudWatch draws it in the theme of whoever looks. */
export function table(headings: readonly string[], rows: readonly (readonly Part[])[]): Html {
  const cells = (row: readonly Part[]) => row.map((cell) => html`<td>${cell}</td>`);
  return html`<table><thead><tr>${headings.map((one) => html`<th>${one}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}
