import { accountNews } from '../channels/account-news.ts';
import type { Channel } from '../channels/channel.ts';
import { listAt, wordAt } from '../channels/finding.ts';
import { channelsOf } from '../channels/tell-channels.ts';
import { parsed } from '../content/read.ts';
import type { RoutedEvent } from '../events/routed-event.ts';
import { printable } from '../shared/printable.ts';
import type { Campaign } from './campaign.ts';

/** What an event of an account says against the campaigns of its channels. */
export interface StoppingNews {
  /** Whether it is about a channel. */
  readonly isOf: (channel: Channel) => boolean;
  /** Why a campaign of one must not go on; undefined where it may. */
  readonly against: (campaign: Campaign) => string | undefined;
}

type Reader = (event: RoutedEvent, json: unknown) => StoppingNews | undefined;

/** By the field of Meta's webhook. */
const FIELDS: Readonly<Record<string, Reader>> = {
  message_template_status_update: ofTemplateState,
  message_template_quality_update: ofTemplateQuality,
  template_category_update: ofCategory,
  phone_number_quality_update: ofNumber,
};

/** Whether an event may have news that stop a campaign. */
export function mayStop({ kind, provider, type }: RoutedEvent): boolean {
  return kind === 'account' && provider === 'meta' && Object.hasOwn(FIELDS, type);
}

/** Undefined where it says nothing against any. */
export function stoppingNews(event: RoutedEvent): StoppingNews | undefined {
  if (!mayStop(event) || event.payload === undefined) return undefined;
  return FIELDS[event.type]?.(event, parsed(event.payload));
}

/** In which a template cannot be sent, or soon cannot. */
const LOST = [
  ...['PAUSED', 'REJECTED', 'DISABLED', 'FLAGGED'],
  ...['PENDING_DELETION', 'DELETED', 'ARCHIVED', 'LOCKED'],
];

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update */
function ofTemplateState(_: RoutedEvent, json: unknown): StoppingNews | undefined {
  const state = wordAt(valueIn(json), 'event');
  return LOST.includes(state) ? ofTemplate(json, () => `is ${state}`) : undefined;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_quality_update */
function ofTemplateQuality(_: RoutedEvent, json: unknown): StoppingNews | undefined {
  const isRed = wordAt(valueIn(json), 'new_quality_score') === 'RED';
  return isRed ? ofTemplate(json, () => 'has the quality RED') : undefined;
}

/**
 * That another category is charged, or will be: Meta announces that before it comes.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/template_category_update
 */
function ofCategory(_: RoutedEvent, json: unknown): StoppingNews | undefined {
  const value = valueIn(json);
  const announced = wordAt(value, 'correct_category');
  const category = announced === '' ? wordAt(value, 'new_category') : announced;
  if (category === '') return undefined;
  return ofTemplate(json, ({ check }) => {
    if (check?.category === category.toLowerCase()) return undefined;
    return `${announced === '' ? 'is' : 'will be'} of the category ${printable(category)}`;
  });
}

function ofTemplate(
  json: unknown,
  fault: (campaign: Campaign) => string | undefined,
): StoppingNews | undefined {
  const value = valueIn(json);
  const name = wordAt(value, 'message_template_name');
  const language = wordAt(value, 'message_template_language');
  const account = wordAt(listAt(json, 'entry')[0], 'id');
  if (name === '' || account === '') return undefined;
  return {
    isOf: (channel) => channel.accountId === account,
    against: (campaign) => {
      const isUsed = [...campaign.variants, ...campaign.steps].some(
        (sent) => sent.template === name && sent.language === language,
      );
      const what = isUsed ? fault(campaign) : undefined;
      return what && `template ${printable(name)} in ${printable(language)} ${what}`;
    },
  };
}

function ofNumber(event: RoutedEvent): StoppingNews | undefined {
  const news = accountNews(event);
  const fault = news?.findings.find(({ check, ok }) => check === 'quality' && !ok);
  if (news === undefined || fault === undefined) return undefined;
  return {
    isOf: (channel) => channelsOf(news, [channel]).length > 0,
    against: () => `the quality of the number fell: ${fault.found}`,
  };
}

function valueIn(json: unknown): unknown {
  const [change] = listAt(listAt(json, 'entry')[0], 'changes');
  return Object(change).value;
}
