import * as z from 'zod/mini';
import { captioned, document, words } from './send-parts.ts';

const header = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: words(60) }),
  z.looseObject({ type: z.literal('image'), image: captioned }),
  z.looseObject({ type: z.literal('video'), video: captioned }),
  z.looseObject({ type: z.literal('document'), document }),
]);

const around = {
  header: z.optional(header),
  body: z.looseObject({ text: words(4096) }),
  footer: z.optional(z.looseObject({ text: words(60) })),
};

const button = z.looseObject({
  type: z.literal('reply'),
  reply: z.looseObject({ id: words(256), title: words(20) }),
});

const row = z.looseObject({
  id: words(200),
  title: words(24),
  description: z.optional(z.string().check(z.maxLength(72))),
});

const section = z.looseObject({
  title: z.optional(words(24)),
  rows: z.array(row).check(z.minLength(1), z.maxLength(10)),
});

const product = z.looseObject({ product_retailer_id: words(512) });

/** An action that its name tells, with parameters or without. */
const named = (name: string) => z.looseObject({ name: z.literal(name) });

/** What Meta calls interactive: buttons, lists, links, flows, products, requests. */
export const interactive = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('button'),
    ...around,
    action: z.looseObject({ buttons: z.array(button).check(z.minLength(1), z.maxLength(3)) }),
  }),
  z.looseObject({
    type: z.literal('list'),
    ...around,
    action: z.looseObject({
      button: words(20),
      sections: z.array(section).check(z.minLength(1), z.maxLength(10)),
    }),
  }),
  z.looseObject({
    type: z.literal('cta_url'),
    ...around,
    action: z.looseObject({
      name: z.literal('cta_url'),
      parameters: z.looseObject({ display_text: words(20), url: words(2048) }),
    }),
  }),
  z.looseObject({
    type: z.literal('flow'),
    ...around,
    action: z.looseObject({
      name: z.literal('flow'),
      parameters: z.looseObject({
        flow_message_version: z.union([z.string(), z.number()]),
        flow_cta: words(30),
        flow_id: z.optional(words(128)),
        flow_name: z.optional(words(512)),
      }),
    }),
  }),
  z.looseObject({
    type: z.literal('product'),
    ...around,
    body: z.optional(around.body),
    action: z.looseObject({ catalog_id: words(128), product_retailer_id: words(512) }),
  }),
  z.looseObject({
    type: z.literal('product_list'),
    ...around,
    header,
    action: z.looseObject({
      catalog_id: words(128),
      sections: z
        .array(
          z.looseObject({
            title: z.optional(words(24)),
            product_items: z.array(product).check(z.minLength(1), z.maxLength(30)),
          }),
        )
        .check(z.minLength(1), z.maxLength(10)),
    }),
  }),
  z.looseObject({
    ...{ type: z.literal('catalog_message'), ...around },
    action: named('catalog_message'),
  }),
  z.looseObject({
    ...{ type: z.literal('location_request_message'), ...around },
    action: named('send_location'),
  }),
  z.looseObject({
    ...{ type: z.literal('address_message'), ...around },
    action: z.looseObject({
      name: z.literal('address_message'),
      parameters: z.looseObject({ country: words(2) }),
    }),
  }),
  z.looseObject({
    ...{ type: z.literal('call_permission_request'), ...around, body: z.optional(around.body) },
    action: named('call_permission_request'),
  }),
  z.looseObject({ type: z.literal('voice_call'), ...around, action: named('voice_call') }),
  z.looseObject({
    ...{ type: z.literal('request_contact_info'), ...around },
    action: named('request_contact_info'),
  }),
  z.looseObject({ type: z.literal('order_details'), ...around, action: named('review_and_pay') }),
  z.looseObject({ type: z.literal('order_status'), ...around, action: named('review_order') }),
  z.looseObject({
    ...{ type: z.literal('carousel'), ...around },
    action: z.looseObject({
      cards: z.array(z.looseObject({})).check(z.minLength(2), z.maxLength(10)),
    }),
  }),
]);
