import * as z from 'zod/mini';
import { captioned, document, location, words } from './send-parts.ts';

const name = { parameter_name: z.optional(words(64)) };

/** What stands for a placeholder of a template. */
const parameter = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: words(32_768), ...name }),
  z.looseObject({
    type: z.literal('currency'),
    currency: z.looseObject({ fallback_value: words(1024), code: words(3), amount_1000: z.int() }),
    ...name,
  }),
  z.looseObject({
    type: z.literal('date_time'),
    date_time: z.looseObject({ fallback_value: words(1024) }),
    ...name,
  }),
  z.looseObject({ type: z.literal('image'), image: captioned }),
  z.looseObject({ type: z.literal('video'), video: captioned }),
  z.looseObject({ type: z.literal('gif'), gif: captioned }),
  z.looseObject({ type: z.literal('document'), document }),
  z.looseObject({ type: z.literal('location'), location }),
  z.looseObject({ type: z.literal('product'), product: z.looseObject({}) }),
  z.looseObject({ type: z.literal('limited_time_offer'), limited_time_offer: z.looseObject({}) }),
  z.looseObject({ type: z.literal('order_status'), order_status: z.looseObject({}) }),
  z.looseObject({ type: z.literal('payload'), payload: z.union([z.string(), z.number()]) }),
  z.looseObject({ type: z.literal('coupon_code'), coupon_code: words(64) }),
  z.looseObject({ type: z.literal('action'), action: z.looseObject({}) }),
  z.looseObject({ type: z.literal('ttl_minutes'), ttl_minutes: z.int() }),
]);

const parameters = z.array(parameter).check(z.maxLength(100));

const button = z.looseObject({
  type: z.literal('button'),
  sub_type: words(64),
  index: z.union([
    z.int(),
    z.string().check(z.regex(/^\d$/, 'the place of the button, from 0 on')),
  ]),
  parameters: z.optional(parameters),
});

const plain = z.looseObject({
  type: z.enum([
    'header',
    'body',
    'footer',
    'limited_time_offer',
    'order_status',
    'tap_target_configuration',
  ]),
  parameters: z.optional(parameters),
});

const card = z.looseObject({
  card_index: z.int(),
  components: z.array(z.discriminatedUnion('type', [plain, button])),
});

const carousel = z.looseObject({
  type: z.literal('carousel'),
  cards: z.array(card).check(z.minLength(1), z.maxLength(10)),
});

export const template = z.looseObject({
  name: z
    .string()
    .check(
      z.regex(/^[a-z0-9_]{1,512}$/, 'the name of a template: lower case letters, digits and _'),
    ),
  language: z.looseObject({
    code: z
      .string()
      .check(z.regex(/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/, 'a language such as en or es_MX')),
  }),
  components: z.optional(
    z.array(z.discriminatedUnion('type', [plain, button, carousel])).check(z.maxLength(20)),
  ),
});
