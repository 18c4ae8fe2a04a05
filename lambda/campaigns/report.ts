import type { Money } from './campaign.ts';
import type { CheckFault } from './recipients/file-fault.ts';
import type { RefusalReason } from './recipients/refusal.ts';
import type { Template } from './templates/template.ts';

/** What the check of a campaign found, beside what the campaign keeps of it. */
export interface CheckReport {
  /** Name of the check, in the keys of what it wrote. */
  readonly check: string;
  /** When it ended, in ms since 1970. */
  readonly at: number;
  /** Of what was read; undefined where there is none. */
  readonly etag?: string;
  /** Why nothing can be sent; empty where something can. */
  readonly faults: readonly CheckFault[];
  /** What somebody should know, and that stops nothing. */
  readonly warnings: readonly string[];
  readonly columns: readonly string[];
  readonly recipients: number;
  /** Rows that get nothing, by the reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  /** What the first message costs, country by country, the most people first. */
  readonly costs: readonly CountryCost[];
  readonly cost: Money;
  /** If everybody gets all steps too. */
  readonly costOfAllSteps: Money;
  /** Since when the rates are valid, or `prices` where somebody gave others. */
  readonly rates: string;
  /** How long it takes at the pace of the channel, and in days of the portfolio's limit where that is longer. */
  readonly seconds: number;
  readonly days?: number;
  /** Parts by zone. */
  readonly zones: readonly ZoneCount[];
  readonly templates: readonly CheckedTemplate[];
  /** Of a triggered campaign: its templates as they were, those of the steps last. Whoever is put into it is checked by them. */
  readonly whole?: readonly Template[];
}

interface CountryCost {
  readonly country: string;
  readonly category: string;
  readonly recipients: number;
  readonly micros: number;
}

export interface ZoneCount {
  readonly zone: string;
  readonly timeZones: readonly string[];
  readonly recipients: number;
}

export interface CheckedTemplate {
  readonly template: string;
  readonly language: string;
  /** The provider's, by which changes of it are told. */
  readonly id: string;
}
