import {
  type Check,
  isFlag,
  isListOf,
  isObjectOf,
  isOneOf,
  isOptional,
  isText,
  isWhole,
} from '../shared/json/checks.ts';
import { isRecord } from '../shared/json/json-source.ts';
import { keptJson } from '../shared/json/kept-json.ts';
import type { CheckReport } from './report.ts';

const isCounts: Check = (value) => isRecord(value) && Object.values(value).every(isWhole);
const isMoney = isObjectOf({ micros: isWhole, currency: isText });
const isFault = isObjectOf({ text: isText, row: isOptional(isWhole), column: isOptional(isText) });
const isCost = isObjectOf({
  ...{ country: isText, category: isText },
  ...{ recipients: isWhole, micros: isWhole },
});
const isZone = isObjectOf({ zone: isText, timeZones: isListOf(isText), recipients: isWhole });
const isTemplate = isObjectOf({ template: isText, language: isText, id: isText });

const isWholeTemplate = isObjectOf({
  ...{ id: isText, name: isText, language: isText, status: isText, body: isText },
  category: isOneOf('marketing', 'utility', 'authentication'),
  ...{ isNamed: isFlag, hasBid: isFlag },
  header: isOptional(isObjectOf({ format: isText, text: isText })),
  buttons: isListOf(isObjectOf({ type: isText, url: isText })),
  others: isListOf(isText),
});

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
  whole: isOptional(isListOf(isWholeTemplate)),
} satisfies Record<keyof CheckReport, Check>;

const kept = keptJson<CheckReport>({ what: 'report', version: 1 }, REPORT);

export const writeReport = kept.write;

/** Throws on what `writeReport` did not write, naming the members at fault. */
export const readReport = kept.read;
