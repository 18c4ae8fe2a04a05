import type { ProviderAnswer } from './ask.ts';
import { RATES } from './channel.ts';
import { bad, type Finding, good, judged, stopping, wordAt } from './finding.ts';

/** What is known of a number that is looked at. */
export interface CheckedNumber {
  readonly id: string;
  /** The WhatsApp Business Account. */
  readonly accountId?: string | null | undefined;
  readonly messagesPerSecond: number;
}

/** What is asked of a number. */
export const NUMBER_FIELDS = [
  ...['display_phone_number', 'verified_name', 'name_status', 'quality_rating', 'throughput'],
  ...['status', 'whatsapp_business_manager_messaging_limit', 'webhook_configuration'],
  'health_status',
];

/** What Meta says of a number that it has, or that it shows none to the token. */
export function checkNumber(
  { status, json }: ProviderAnswer,
  { id, messagesPerSecond }: CheckedNumber,
): readonly Finding[] {
  if (status !== 200) {
    const why = wordAt(json, 'error', 'message') || `Meta answers ${status}`;
    const mend = `assign the account of ${id} to the system user of the token`;
    return [bad('number', `not shown to this token: ${why}`, mend)];
  }
  const word = (field: string) => wordAt(json, field) || 'not told';
  return [
    checkStatus(word('status')),
    judged('name', NAMED.includes(word('name_status')), word('name_status'), SEE_MANAGER),
    judgedQuality(word('quality_rating') !== 'RED', word('quality_rating')),
    checkThroughput(wordAt(json, 'throughput', 'level'), id, messagesPerSecond),
    good('limit', word('whatsapp_business_manager_messaging_limit')),
    checkWebhook(json),
    ...checkHealth(wordAt(json, 'health_status', 'can_send_message')),
  ];
}

export const SEE_MANAGER = 'see the number in the WhatsApp Manager of Meta';
const LESS_UNWANTED = 'send less that people block or report: see the insights of templates';
/** Meta's word for a number that it took its hands off. */
const BANNED = 'BANNED';

function checkStatus(status: string): Finding {
  if (status === BANNED) return stopping('locked', 'number', status, SEE_MANAGER);
  return judged('number', status === 'CONNECTED', status, SEE_MANAGER);
}

/** @param found in Meta's word */
export function judgedQuality(ok: boolean, found: string): Finding {
  return judged('quality', ok, found, LESS_UNWANTED);
}

const NAMED = ['APPROVED', 'AVAILABLE_WITHOUT_REVIEW'];

function checkThroughput(level: string, id: string, messagesPerSecond: number): Finding {
  const found = `${level || 'not told'}, the channel has ${messagesPerSecond} a second`;
  const isWithin = level !== 'STANDARD' || messagesPerSecond <= RATES.standard;
  return judged(
    'throughput',
    isWithin,
    found,
    `npx floodgate channel update ${id} --rate standard`,
  );
}

/** Of the number, its account and its portfolio together. */
function checkHealth(word: string): readonly Finding[] {
  return word === '' ? [] : [judged('account', word === 'AVAILABLE', word, SEE_MANAGER)];
}

/** An address of the number goes before one of the account, and that before the app's. */
function checkWebhook(json: unknown): Finding {
  const [address = ''] = ['phone_number', 'whatsapp_business_account', 'application']
    .map((of) => wordAt(json, 'webhook_configuration', of))
    .filter((url) => url !== '');
  const isOurs = /\/webhooks\/meta\/?$/.test(address);
  const mend = 'give Meta the MetaWebhookUrl of the stack, and take back what overrides it';
  return judged('webhook', isOurs, address || 'not told', mend);
}
