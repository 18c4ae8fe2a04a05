import { phoneOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { amountOrNull, listOf, numberOrNull, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';
import { vcardContact } from './vcard.ts';

export function metaContacts(contacts: unknown): ContentOf<'contacts'> | undefined {
  const cards = listOf({ contacts }, 'contacts');
  if (cards.length === 0) return undefined;
  return {
    kind: 'contacts',
    contacts: cards.map(cardOf),
    requested: cards.some((card) => textOrNull(card, 'origin') === 'contact_request'),
  };
}

/** A card that was asked for may have no members but a vCard. */
function cardOf(card: unknown): ContentOf<'contacts'>['contacts'][number] {
  const vcard = vcardContact(memberOf(card, 'vcard'));
  const phones = listOf(card, 'phones').map((phone) => ({
    phone: textOrNull(phone, 'phone'),
    waId: phoneOf(phone, 'wa_id') ?? null,
    type: textOrNull(phone, 'type'),
  }));
  const emails = listOf(card, 'emails').flatMap((email) => textOrNull(email, 'email') ?? []);
  return {
    name: wordsOrNull(card, 'name', 'formatted_name') ?? vcard.name,
    organization: wordsOrNull(card, 'org', 'company') ?? vcard.organization,
    phones: phones.length > 0 ? phones : vcard.phones,
    emails: emails.length > 0 ? emails : vcard.emails,
  };
}

export function metaOrder(order: unknown): ContentOf<'order'> | undefined {
  const catalogId = textOrNull(order, 'catalog_id');
  const items = listOf(order, 'product_items').map((item) => ({
    productId: textOrNull(item, 'product_retailer_id'),
    name: null,
    quantity: numberOrNull(item, 'quantity'),
    price: numberOrNull(item, 'item_price'),
    currency: textOrNull(item, 'currency'),
  }));
  if (catalogId === null && items.length === 0) return undefined;
  return {
    ...{ kind: 'order', of: 'cart', id: null, catalogId, text: wordsOrNull(order, 'text') },
    ...{ items, itemCount: items.length, total: null, currency: items[0]?.currency ?? null },
  };
}

/** What became of a payment, from the status that tells it. */
export function metaPayment(status: unknown): ContentOf<'payment'> | undefined {
  const payment = memberOf(status, 'payment');
  const referenceId = textOrNull(payment, 'reference_id');
  const transaction = memberOf(payment, 'transaction');
  const state = textOrNull(status, 'status') ?? textOrNull(payment, 'status');
  if (referenceId === null && state === null) return undefined;
  const currency = textOrNull(payment, 'currency');
  const refunds = [...listOf(transaction, 'refunds'), ...listOf(payment, 'refunds')];
  return {
    ...{ kind: 'payment', referenceId, status: state, currency },
    amount: amountOrNull(payment, 'amount'),
    transaction: transactionOf(transaction, currency),
    refunds: refunds.map((refund) => ({
      id: textOrNull(refund, 'id'),
      status: textOrNull(refund, 'status'),
      reason: wordsOrNull(refund, 'reason'),
      amount: amountOrNull(refund, 'amount'),
      currency: textOrNull(refund, 'currency') ?? currency,
    })),
  };
}

function transactionOf(
  transaction: unknown,
  currency: string | null,
): ContentOf<'payment'>['transaction'] {
  const id = textOrNull(transaction, 'id');
  const status = textOrNull(transaction, 'status');
  if (id === null && status === null) return null;
  return {
    ...{ id, status, type: textOrNull(transaction, 'type') },
    amount: amountOrNull(transaction, 'amount'),
    currency: textOrNull(transaction, 'currency') ?? currency,
    error:
      wordsOrNull(transaction, 'error', 'reason') ??
      wordsOrNull(transaction, 'error', 'code') ??
      wordsOrNull(transaction, 'error'),
  };
}
