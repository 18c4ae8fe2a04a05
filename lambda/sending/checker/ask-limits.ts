import type { Ask } from '../../channels/ask.ts';
import { wordAt } from '../../channels/finding.ts';

const LIMIT = 'whatsapp_business_manager_messaging_limit';
const TERMS = 'marketing_messages_onboarding_status';

const TIER = /^TIER_(\d{1,6})(K?)$/;

/** To how many people outside a window the number's portfolio may write in a day; undefined for any, or not told. */
export async function askPortfolioLimit(number: string, ask: Ask): Promise<number | undefined> {
  const { json } = await ask(`/${number}?fields=${LIMIT}`);
  const [, digits, thousands] = TIER.exec(wordAt(json, LIMIT)) ?? [];
  return digits === undefined ? undefined : Number(digits) * (thousands === 'K' ? 1000 : 1);
}

/** Whether Meta says that nobody accepted the terms of its endpoint for marketing. */
export async function lacksMarketingTerms(account: string, ask: Ask): Promise<boolean> {
  const { json } = await ask(`/${account}?fields=${TERMS}`);
  const status = wordAt(json, TERMS);
  return status !== '' && status !== 'ONBOARDED';
}
