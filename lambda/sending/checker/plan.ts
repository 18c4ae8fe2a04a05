import type { Campaign } from '../../campaigns/campaign.ts';
import { type Prices, pricesOf, readPrices } from '../../campaigns/costs/prices.ts';
import type { CheckFault } from '../../campaigns/recipients/file-fault.ts';
import type { Category, Template } from '../../campaigns/templates/template.ts';
import type { Ask } from '../../channels/ask.ts';
import type { Channel } from '../../channels/channel.ts';
import { askPortfolioLimit, lacksMarketingTerms } from './ask-limits.ts';
import { findTemplate } from './find-templates.ts';

/** What is known of a campaign before its recipients are read. */
export interface Plan {
  readonly channel: Channel;
  /** By the place of the variant. */
  readonly variants: readonly Template[];
  readonly steps: readonly Template[];
  readonly category: Category;
  readonly prices: Prices;
  readonly portfolioLimit: number | undefined;
  readonly warnings: readonly string[];
}

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly faults: readonly CheckFault[] };

export interface PlanDeps {
  readonly channel: Channel | undefined;
  /** Undefined where the channel has no token. */
  readonly ask: Ask | undefined;
  readonly now: () => number;
}

/** Asks the provider for all that a campaign says. Rejects with what `ask` does. */
export async function plan(campaign: Campaign, deps: PlanDeps): Promise<Planned> {
  const { channel, ask } = deps;
  if (channel === undefined) return refused(`there is no channel ${campaign.channel} any more`);
  if (channel.provider !== 'meta') {
    return refused('WasenderApi has no templates: a campaign goes out from a number of Meta');
  }
  const { accountId } = channel;
  if (accountId === undefined) {
    return refused(
      `nobody said of which account the number is: npx floodgate channel update ${channel.id} --account WABA`,
    );
  }
  if (ask === undefined) {
    return refused(
      `the channel has no token: npx floodgate channel update ${channel.id} --token-stdin`,
    );
  }
  return await askAll(campaign, { channel, accountId, ask, now: deps.now });
}

function refused(...texts: readonly string[]): Planned {
  return { ok: false, faults: [...new Set(texts)].map((text) => ({ text })) };
}

interface Asking {
  readonly channel: Channel;
  readonly accountId: string;
  readonly ask: Ask;
  readonly now: () => number;
}

async function askAll(campaign: Campaign, asking: Asking): Promise<Planned> {
  const { channel, accountId, ask, now } = asking;
  const wanted = [...campaign.variants, ...campaign.steps];
  const found = await Promise.all(wanted.map((one) => findTemplate(accountId, one, ask, now())));
  const faults = found.flatMap((one) => (one.ok ? [] : [one.reason]));
  const templates = found.flatMap((one) => (one.ok ? [one.template] : []));
  const categories = [...new Set(templates.map(({ category }) => category))];
  if (categories.length > 1) {
    faults.push(`the templates are of several categories: ${categories.join(', ')}`);
  }
  const [category] = categories;
  if (faults.length > 0 || category === undefined) return refused(...faults);
  const given = campaign.prices === undefined ? undefined : readPrices(campaign.prices);
  if (given?.ok === false) return refused(given.reason);
  return {
    ok: true,
    plan: {
      channel,
      variants: templates.slice(0, campaign.variants.length),
      steps: templates.slice(campaign.variants.length),
      category,
      prices: given?.prices ?? pricesOf(category, now()),
      portfolioLimit: await askPortfolioLimit(channel.id, ask),
      warnings: [
        ...(await warningsOf(category, asking)),
        ...(found.some((one) => one.ok && one.isFresh) ? [FRESH] : []),
      ],
    },
  };
}

const FRESH =
  'a template was changed within the last ten minutes: Meta may not know of that everywhere yet';
const PACED =
  'where the portfolio sends fewer than 500,000 templates a year, Meta may hold most of a campaign back to see what people say of the first, and drop it';
const NO_TERMS =
  'nobody accepted the terms of marketing_messages, which the channel sends marketing by';

async function warningsOf(category: Category, { channel, accountId, ask }: Asking) {
  if (category !== 'marketing') return [];
  const isByTerms = channel.marketingRoute === 'marketing_messages';
  const lacksTerms = isByTerms && (await lacksMarketingTerms(accountId, ask));
  return lacksTerms ? [NO_TERMS, PACED] : [PACED];
}
