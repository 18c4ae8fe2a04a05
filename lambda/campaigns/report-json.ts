import {
  type Check,
  failedChecks,
  isListOf,
  isObjectOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import type { CheckReport } from './report.ts';

const KEPT = { what: 'report', version: 1 };

export function writeReport(report: CheckReport): string {
  return writeVersioned(KEPT, report);
}

/** Throws on what `writeReport` did not write, naming the members at fault. */
export function readReport(text: string): CheckReport {
  const report = readVersioned(KEPT, text);
  if (isReport(report)) return report;
  throw new Error(`no report, by ${failedChecks(report, REPORT).join(', ')}`);
}

const isCounts: Check = (value) => isRecord(value) && Object.values(value).every(isWhole);
const isMoney = isObjectOf({ micros: isWhole, currency: isText });
const isFault = isObjectOf({ text: isText, row: isOptional(isWhole), column: isOptional(isText) });
const isCost = isObjectOf({
  ...{ country: isText, category: isText },
  ...{ recipients: isWhole, micros: isWhole },
});
const isZone = isObjectOf({ zone: isText, timeZones: isListOf(isText), recipients: isWhole });
const isTemplate = isObjectOf({ template: isText, language: isText, id: isText });

const REPORT = {
  check: isText,
  at: isWhole,
  etag: isOptional(isText),
  faults: isListOf(isFault),
  warnings: isListOf(isText),
  columns: isListOf(isText),
  recipients: isWhole,
  refused: isCounts,
  costs: isListOf(isCost),
  cost: isMoney,
  costOfAllSteps: isMoney,
  rates: isText,
  seconds: isWhole,
  days: isOptional(isWhole),
  zones: isListOf(isZone),
  templates: isListOf(isTemplate),
} satisfies Record<keyof CheckReport, Check>;

function isReport(value: object): value is CheckReport {
  return failedChecks(value, REPORT).length === 0;
}
