import { RATES } from '../../../lambda/channels/channel.ts';
import type { ChannelAnswer, Finding } from '../../../lambda/channels/managing/schemas.ts';
import type { ProviderAnswer } from './ask-provider.ts';
import { bad, good, judged, wordAt } from './finding.ts';

/** What is asked of a number. */
export const NUMBER_FIELDS = [
  ...['display_phone_number', 'verified_name', 'name_status', 'quality_rating', 'throughput'],
  ...['status', 'whatsapp_business_manager_messaging_limit', 'webhook_configuration'],
];

/** What Meta says of a number that it has, or that it shows none to the token. */
export function checkNumber(
  { status, json }: ProviderAnswer,
  { id, messagesPerSecond }: Pick<ChannelAnswer, 'id' | 'messagesPerSecond'>,
): readonly Finding[] {
  if (status !== 200) {
    const why = wordAt(json, 'error', 'message') || `Meta answers ${status}`;
    const mend = `assign the account of ${id} to the system user of the token`;
    return [bad('number', `not shown to this token: ${why}`, mend)];
  }
  const word = (field: string) => wordAt(json, field) || 'not told';
  return [
    judged('number', word('status') === 'CONNECTED', word('status'), SEE_MANAGER),
    judged('name', NAMED.includes(word('name_status')), word('name_status'), SEE_MANAGER),
    judged('quality', word('quality_rating') !== 'RED', word('quality_rating'), LESS_UNWANTED),
    checkThroughput(wordAt(json, 'throughput', 'level'), id, messagesPerSecond),
    good('limit', word('whatsapp_business_manager_messaging_limit')),
    checkWebhook(json),
  ];
}

const SEE_MANAGER = 'see the number in the WhatsApp Manager of Meta';
const LESS_UNWANTED = 'send less that people block or report: see the insights of templates';
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

/** An address of the number goes before one of the account, and that before the app's. */
function checkWebhook(json: unknown): Finding {
  const [address = ''] = ['phone_number', 'whatsapp_business_account', 'application']
    .map((of) => wordAt(json, 'webhook_configuration', of))
    .filter((url) => url !== '');
  const isOurs = /\/webhooks\/meta\/?$/.test(address);
  const mend = 'give Meta the MetaWebhookUrl of the stack, and take back what overrides it';
  return judged('webhook', isOurs, address || 'not told', mend);
}
