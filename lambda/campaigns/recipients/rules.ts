import type { Campaign } from '../campaign.ts';
import type { Prices } from '../costs/prices.ts';
import { faultsOf, type Mapping, mapFaults, rendererOf } from '../templates/rendering.ts';
import { type Category, needsNumber, type Template } from '../templates/template.ts';
import type { CheckFault } from './file-fault.ts';
import type { NameSet } from './number-set.ts';
import { recipientColumn } from './recipient-column.ts';
import type { RowRules } from './row-check.ts';

/** What is known of a campaign before its recipients are read. */
export interface Terms {
  /** By the place of the variant. */
  readonly variants: readonly Template[];
  readonly steps: readonly Template[];
  readonly category: Category;
  readonly prices: Pick<Prices, 'microsOf'>;
}

/** By what rows are checked, or why none can be. */
export function rulesOf(
  campaign: Pick<Campaign, 'id' | 'map' | 'recipientColumn' | 'variants'>,
  { variants, steps, category, prices }: Terms,
  columns: readonly string[],
  optedOut: Pick<NameSet, 'has'>,
): { readonly rules: RowRules } | { readonly faults: readonly CheckFault[] } {
  const templates = [...variants, ...steps];
  const mapping = { map: campaign.map, columns };
  const column = recipientColumn(columns, campaign.recipientColumn);
  const texts = [
    ...mapFaults(templates, mapping),
    ...templates.flatMap((template) => faultsOf(template, mapping)),
  ];
  const faults = [
    ...(typeof column === 'number' ? [] : [column]),
    ...[...new Set(texts)].map((text) => ({ text, row: 1 })),
  ];
  if (typeof column !== 'number' || faults.length > 0) return { faults };
  return {
    rules: {
      ...{ columns, optedOut, microsOf: prices.microsOf },
      campaign: campaign.id,
      recipientColumn: column,
      isMarketing: category === 'marketing',
      needsNumber: templates.some(needsNumber),
      variants: variants.map((template, at) => ({
        share: campaign.variants[at]?.share ?? 0,
        render: rendererOf(template, mapping),
      })),
      steps: steps.map((template) => rendererOf(template, mapping)),
    },
  };
}

/** Member of a request that says who somebody is, as a column. */
const TO = 'to';

/**
 * Of whom software puts into a triggered campaign each parameter is a column, called as the member of the request
 * that has it: so they are checked by the rules of files.
 */
export function mappingOf(
  parameters: readonly string[],
): Mapping & { readonly recipientColumn: string } {
  const columns = parameters.map((parameter) => [parameter, `parameters.${parameter}`] as const);
  return {
    map: Object.fromEntries(columns),
    columns: [TO, ...columns.map(([, column]) => column)],
    recipientColumn: TO,
  };
}
