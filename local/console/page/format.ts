/** Numbers and times, as people read them. */

/** A second: `0`, `0.4`, `12`, `1,234`. */
export function rateText(rate: number | null): string {
  if (rate === null) return '–';
  if (rate === 0) return '0';
  if (rate < 0.1) return '< 0.1';
  return rate < 10 ? rate.toFixed(1) : numberText(Math.round(rate));
}

export function numberText(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 dead letter`, `2 dead letters`. */
export function plural(number: number, noun: string, nouns = `${noun}s`): string {
  return `${numberText(number)} ${number === 1 ? noun : nouns}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** About how long: `3 s`, `5 min`, `2 h`, `4 d`. */
export function spanText(seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${Math.max(Math.round(seconds / length), 0)} ${unit}`;
}

/** How long ago, of a moment in ISO 8601. */
export function agoText(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  return seconds < 1 ? 'just now' : `${spanText(seconds)} ago`;
}

/** `14:05:09`, by the clock of whoever looks. @param moment in ISO 8601, or in ms since 1970 */
export function clockText(moment: string | number | null): string {
  return moment === null ? '' : new Date(moment).toLocaleTimeString('en-GB');
}

/** `14:05`. */
export function minuteText(iso: string): string {
  return clockText(iso).slice(0, 5);
}

/** A sentence of the command's, its moments as a clock shows them. */
export function readableText(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) =>
    Date.now() - Date.parse(iso) < 86_400_000 ? minuteText(iso) : iso.slice(0, 10),
  );
}

/** `Monday, 30 November`. */
export function dayText(iso: string): string {
  const parts = { weekday: 'long', day: 'numeric', month: 'long' } as const;
  return new Date(iso).toLocaleDateString('en-GB', parts);
}

/** `12 KB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const kilobytes = bytes / 1000;
  return kilobytes < 1000 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1000).toFixed(1)} MB`;
}

export function moneyText({ amount, currency }: { amount: number; currency: string }): string {
  return `${amount.toFixed(2)} ${currency}`;
}

/** JSON, line by line; what is none stays as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** The line and the area of a curve in a box, as the paths of an SVG. */
export function curveOf(
  points: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): { readonly line: string; readonly area: string } {
  const values = points.map((value) => value ?? 0);
  const top = Math.max(...values, 1e-9);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const at = (value: number, index: number) =>
    `${(index * step).toFixed(1)},${(height - 1 - (value / top) * (height - 3)).toFixed(1)}`;
  const line = `M${values.map(at).join('L')}`;
  return { line, area: `${line}L${width},${height}L0,${height}Z` };
}
