import type { ExportFormat } from './export-line.ts';

interface ExportId {
  /** Random, so that nobody finds it who was not told. */
  readonly name: string;
  readonly format: ExportFormat;
}

/** Under which an export is asked for, and found. */
export function exportIdOf({ name, format }: ExportId): string {
  return `${name}.${format}`;
}

/** Undefined for what `exportIdOf` did not write. */
export function readExportId(id: string): ExportId | undefined {
  const [, name, format] = /^([\w-]{16,64})\.(csv|ndjson)$/.exec(id) ?? [];
  if (name === undefined) return undefined;
  return { name, format: format === 'csv' ? 'csv' : 'ndjson' };
}
