import type { BusinessNumber } from '../business.ts';
import { countryOf, hasMarketingCap } from '../countries.ts';
import { misfortuneOf, UNDELIVERABLE } from '../failures-by-rule.ts';
import { hasPairRoom, hasReachRoom, hasRoom, SECOND_MS, takeMarketing } from '../limits.ts';
import { isWindowOpen } from '../people.ts';
import type { Recipient } from '../recipients.ts';
import { checkTemplateParameters } from '../template-parameters.ts';
import { componentOf, type Template } from '../templates.ts';
import { entryOf, type World } from '../world.ts';
import type { Refusal } from './errors.ts';
import { checkFile } from './media.ts';
import type { Endpoint, SentMessage } from './send-schema.ts';

/** A message on its way through what is checked of it. */
export interface Sending {
  readonly world: World;
  readonly number: BusinessNumber;
  readonly endpoint: Endpoint;
  readonly message: SentMessage;
  readonly recipient: Recipient;
  /** The one that it names, where the account has it. */
  readonly template: Template | undefined;
  readonly now: number;
}

type Check = (sending: Sending) => Refusal | undefined;

/** Why a message is refused; the first reason counts. */
export function refusalOf(sending: Sending): Refusal | undefined {
  for (const check of CHECKS) {
    const refusal = check(sending);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const CHECKS: readonly Check[] = [
  ({ number }) =>
    number.status === 'BANNED'
      ? { code: 131_031, details: 'The account has been locked for a violation of the policy.' }
      : undefined,
  ({ recipient, number }) =>
    recipient.address === number.displayNumber
      ? { code: 131_021, details: 'Recipient phone number cannot be sender phone number' }
      : undefined,
  ({ world, number, now }) => {
    const times = entryOf(world.traffic, number.id, () => []);
    const details = `Cloud API message throughput has been reached: ${number.messagesPerSecond} a second.`;
    return hasRoom(times, number.messagesPerSecond, SECOND_MS, now)
      ? undefined
      : { code: 130_429, details };
  },
  ({ world, number, recipient, now }) =>
    hasPairRoom(world.pairs, pairOf(number, recipient), world.rules, now)
      ? undefined
      : {
          code: 131_056,
          details: 'Too many messages sent from the sender phone number to the same recipient.',
        },
  checkTemplate,
  checkMarketing,
  checkUserId,
  ({ world, number, message }) => checkFile(world, number, message),
  checkWindow,
  checkReach,
];

export function pairOf(number: BusinessNumber, { person, address }: Recipient): string {
  return `${number.id} ${person?.userId ?? address}`;
}

const NOT_SENDABLE: Readonly<Partial<Record<Template['status'], Refusal>>> = {
  PENDING: { code: 132_001, details: 'the template is not approved yet' },
  REJECTED: { code: 132_001, details: 'the template was rejected' },
  PAUSED: { code: 132_015, details: 'the template is paused due to low quality' },
  DISABLED: { code: 132_016, details: 'the template was paused too often, and is disabled' },
};

function checkTemplate({ message, template, world, now }: Sending): Refusal | undefined {
  const sent = message.template;
  if (sent === undefined) return undefined;
  if (template === undefined) {
    const details = `template name (${sent.name}) does not exist in ${sent.language.code}`;
    return { code: 132_001, details };
  }
  if (now - template.createdAt < world.rules.templateSyncMs) {
    return { code: 134_101, details: 'the template was just made; it takes ten minutes to sync' };
  }
  return NOT_SENDABLE[template.status] ?? checkTemplateParameters(template, sent);
}

function isMarketing({ template }: Pick<Sending, 'template'>): boolean {
  return template?.category === 'MARKETING';
}

function checkMarketing(sending: Sending): Refusal | undefined {
  const { endpoint, world, recipient } = sending;
  if (endpoint === 'marketing_messages' && !isMarketing(sending)) {
    return { code: 134_100, details: 'only marketing templates can be sent with this API' };
  }
  if (!isMarketing(sending)) return undefined;
  if (endpoint === 'messages' && !world.rules.marketingOnMessages) {
    const details = 'marketing templates of this account go through /marketing_messages';
    return { code: 131_063, details };
  }
  return recipient.person?.wantsMarketing === false
    ? { code: 131_050, details: 'the user has stopped marketing messages' }
    : undefined;
}

/** Codes to log in with, and offers with a bid, go to phone numbers only. */
function checkUserId({ recipient, template }: Sending): Refusal | undefined {
  if (recipient.addressedBy !== 'user-id' || template === undefined) return undefined;
  const buttons = componentOf(template, 'BUTTONS')?.buttons ?? [];
  const isCode = template.category === 'AUTHENTICATION' && buttons.some(isOneTimeCode);
  return isCode || template.bid_spec !== undefined
    ? { code: 131_062, details: 'this template can be sent to phone numbers only' }
    : undefined;
}

function isOneTimeCode({ type }: { readonly type: string }): boolean {
  return type === 'OTP' || type === 'COPY_CODE';
}

function checkWindow({ message, recipient, number, now }: Sending): Refusal | undefined {
  const { person, addressedBy } = recipient;
  if (message.template !== undefined || addressedBy === 'group') return undefined;
  if (person === undefined || isWindowOpen(person, number.id, now)) return undefined;
  const details =
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.';
  return { code: 131_047, details };
}

function checkReach(sending: Sending): Refusal | undefined {
  const { world, recipient, now } = sending;
  const { portfolioLimit, portfolioLimitCode: code } = world.rules;
  if (!isOutsideWindow(sending)) return undefined;
  const userId = recipient.person?.userId ?? '';
  const details = `the portfolio has written to ${portfolioLimit} people outside their windows in 24 hours`;
  return hasReachRoom(world.reached, userId, portfolioLimit, now) ? undefined : { code, details };
}

/** Whether the message counts against the portfolio's limit. */
export function isOutsideWindow({
  recipient,
  number,
  now,
}: Pick<Sending, 'recipient' | 'number' | 'now'>): boolean {
  const { person } = recipient;
  return person !== undefined && !isWindowOpen(person, number.id, now);
}

/** The code with which a message fails though it was taken; undefined where it arrives. */
export function lateFailureOf(
  sending: Pick<Sending, 'recipient' | 'world' | 'template' | 'now'>,
): number | undefined {
  const { recipient, world, now } = sending;
  const { person, address, addressedBy } = recipient;
  const { fails } = misfortuneOf(address);
  if (fails !== undefined) return fails;
  if (addressedBy === 'group') return undefined;
  if (person === undefined) return UNDELIVERABLE;
  if (!isMarketing(sending)) return undefined;
  if (person.phone !== undefined && countryOf(person.phone) === 'US') return 131_049;
  if (!hasMarketingCap(person.country)) return undefined;
  const share = entryOf(world.marketing, person.userId, () => ({
    ...{ got: [], refused: [], blockedUntil: Number.NEGATIVE_INFINITY },
  }));
  return takeMarketing(share, world.rules.marketingCap, now) ? undefined : 131_049;
}
