import { textOf } from '../shared/json/fields.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { linkIn } from './link.ts';
import { amountOrNull, numberOrNull, textOrNull, wordsOf, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

/** WhatsApp counts money in thousandths. */
const THOUSAND = 1000;

function thousandths(value: unknown, member: string): number | null {
  const count = numberOrNull(value, member);
  return count === null ? null : count / THOUSAND;
}

export function orderContent(order: unknown): ContentOf<'order'> | undefined {
  const id = textOrNull(order, 'orderId');
  const itemCount = numberOrNull(order, 'itemCount');
  if (id === null && itemCount === null) return undefined;
  return {
    ...{ kind: 'order', of: 'cart', id, catalogId: null, items: [], itemCount },
    text: wordsOrNull(order, 'message') ?? wordsOrNull(order, 'orderTitle'),
    total: thousandths(order, 'totalAmount1000'),
    currency: textOrNull(order, 'totalCurrencyCode'),
  };
}

export function productContent(message: unknown): ContentOf<'order'> | undefined {
  const product = memberOf(message, 'product');
  const productId = textOrNull(product, 'retailerId') ?? textOrNull(product, 'productId');
  const name = wordsOrNull(product, 'title');
  if (productId === null && name === null) return undefined;
  const currency = textOrNull(product, 'currencyCode');
  const price = thousandths(product, 'priceAmount1000');
  return {
    ...{ kind: 'order', of: 'product', id: null, catalogId: null },
    text: wordsOrNull(message, 'body') ?? wordsOrNull(product, 'description'),
    items: [{ productId, name, quantity: null, price, currency }],
    ...{ itemCount: 1, total: null, currency },
  };
}

/** Members that tell of money, and the word for what they tell. */
const PAYMENTS: Readonly<Record<string, string>> = {
  requestPaymentMessage: 'requested',
  sendPaymentMessage: 'sent',
  declinePaymentRequestMessage: 'declined',
  cancelPaymentRequestMessage: 'cancelled',
  paymentInviteMessage: 'invited',
};

/** A payment between two people; undefined for all else. */
export function paymentContent(member: string, content: unknown): ContentOf<'payment'> | undefined {
  const status = Object.hasOwn(PAYMENTS, member) ? PAYMENTS[member] : undefined;
  if (status === undefined || !isRecord(content)) return undefined;
  const currency =
    textOrNull(content, 'currencyCodeIso4217') ?? textOrNull(content, 'amount', 'currencyCode');
  return {
    ...{ kind: 'payment', referenceId: null, status, currency, transaction: null, refunds: [] },
    amount: amountOrNull(content, 'amount') ?? thousandths(content, 'amount1000'),
  };
}

export function placeContent(content: unknown, isLive: boolean): ContentOf<'location'> | undefined {
  const latitude = numberOrNull(content, 'degreesLatitude');
  const longitude = numberOrNull(content, 'degreesLongitude');
  if (latitude === null && longitude === null) return undefined;
  return {
    ...{ kind: 'location', latitude, longitude },
    name: wordsOrNull(content, 'name') ?? wordsOrNull(content, 'caption'),
    address: wordsOrNull(content, 'address'),
    url: wordsOrNull(content, 'url'),
    live: isLive || textOf(content, 'isLive') === 'true',
  };
}

/** A text, with the link whose preview is shown. */
export function writtenContent(content: unknown): ContentOf<'text'> | undefined {
  const text = wordsOf({ content }, 'content') ?? wordsOf(content, 'text');
  if (text === undefined) return undefined;
  const matched = wordsOrNull(content, 'matchedText');
  const previewUrl = wordsOrNull(content, 'canonicalUrl') ?? linkIn(matched ?? '') ?? matched;
  return { kind: 'text', text, previewUrl, options: [] };
}
