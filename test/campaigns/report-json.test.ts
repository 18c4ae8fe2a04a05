import { expect, test } from 'vitest';
import type { CheckReport } from '../../lambda/campaigns/report.ts';
import { readReport, writeReport } from '../../lambda/campaigns/report-json.ts';

const REPORT: CheckReport = {
  ...{ check: 'chk_1.a', at: 1, etag: '"e"', warnings: ['w'], columns: ['phone'] },
  faults: [{ text: 'no', row: 2, column: 'phone' }],
  ...{ recipients: 1, refused: { doubled: 2 }, rates: '2026-07-01', seconds: 1, days: 1 },
  costs: [{ country: 'MX', category: 'marketing', recipients: 1, micros: 30_500 }],
  ...{ cost: { micros: 30_500, currency: 'USD' }, costOfAllSteps: { micros: 1, currency: 'USD' } },
  zones: [{ zone: 'MX', timeZones: ['America/Cancun'], recipients: 1 }],
  templates: [{ template: 'a', language: 'en', id: '1' }],
};

test('a report is read as it was written', () => {
  expect(readReport(writeReport(REPORT))).toEqual(REPORT);
});

test('what is no report is refused by the members at fault', () => {
  const odd = JSON.stringify({ ...JSON.parse(writeReport(REPORT)), faults: [{}], zones: 1 });

  expect(() => readReport(odd)).toThrow('no report, by faults, zones');
});
