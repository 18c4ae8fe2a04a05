import * as z from 'zod/mini';

function words(most: number, least = 1) {
  return z.string().check(z.minLength(least), z.maxLength(most));
}

const id = words(256);

/** A file by the id of its upload, or by where Meta may fetch it. */
function file<Shape extends z.core.$ZodShape>(shape: Shape) {
  const link = z.url({ protocol: /^https?$/ });
  return z
    .strictObject({ id: z.optional(id), link: z.optional(link), ...shape })
    .check(z.refine((one) => 'id' in one !== 'link' in one, { error: 'takes either id or link' }));
}

const caption = z.optional(words(1024));
const coordinate = z.union([z.number(), z.string().check(z.regex(/^-?\d+(\.\d+)?$/))]);

const header = z.looseObject({
  type: z.enum(['text', 'image', 'video', 'document']),
  text: z.optional(words(60)),
});
const shown = {
  header: z.optional(header),
  body: z.optional(z.strictObject({ text: words(4096) })),
  footer: z.optional(z.strictObject({ text: words(60) })),
};
const body = z.strictObject({ text: words(4096) });

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({ id, title: words(20) }),
});
const row = z.strictObject({
  id: words(200),
  title: words(24),
  description: z.optional(words(72)),
});
const section = z.strictObject({
  title: z.optional(words(24)),
  rows: z.array(row).check(z.minLength(1), z.maxLength(10)),
});

const buttons = z.strictObject({
  ...shown,
  type: z.literal('button'),
  body,
  action: z.strictObject({
    buttons: z.array(replyButton).check(z.minLength(1), z.maxLength(3)),
  }),
});
const list = z.strictObject({
  ...shown,
  type: z.literal('list'),
  body,
  action: z.strictObject({
    button: words(20),
    sections: z.array(section).check(z.minLength(1), z.maxLength(10)),
  }),
});
/** Those of which nothing depends on what is in their action. */
const otherInteractive = z.strictObject({
  ...shown,
  type: z.enum([
    ...(['cta_url', 'flow', 'product', 'product_list', 'catalog_message'] as const),
    ...(['location_request_message', 'address_message', 'carousel', 'order_details'] as const),
    ...(['order_status', 'call_permission_request', 'request_contact_info', 'voice_call'] as const),
  ]),
  action: z.optional(z.looseObject({})),
});

const parameter = z.looseObject({
  type: z.string(),
  text: z.optional(z.union([z.string(), z.boolean()])),
  parameter_name: z.optional(z.string()),
});
const component = z.looseObject({
  type: z.string(),
  sub_type: z.optional(z.string()),
  index: z.optional(z.union([z.string(), z.number()])),
  parameters: z.optional(z.array(parameter)),
});

/** What may be sent, by the type of the message. */
export const CONTENT = {
  text: z.strictObject({ body: words(4096), preview_url: z.optional(z.boolean()) }),
  image: file({ caption }),
  video: file({ caption }),
  audio: file({ voice: z.optional(z.boolean()) }),
  document: file({ caption, filename: z.optional(words(240)) }),
  sticker: file({}),
  location: z.strictObject({
    latitude: coordinate,
    longitude: coordinate,
    name: z.optional(z.string()),
    address: z.optional(z.string()),
  }),
  contacts: z
    .array(z.looseObject({ name: z.looseObject({ formatted_name: words(256) }) }))
    .check(z.minLength(1)),
  interactive: z.discriminatedUnion('type', [buttons, list, otherInteractive]),
  reaction: z.strictObject({ message_id: words(256), emoji: z.optional(z.string()) }),
  template: z.strictObject({
    name: words(512),
    language: z.strictObject({
      code: words(10),
      policy: z.optional(z.literal('deterministic')),
    }),
    components: z.optional(z.array(component)),
  }),
};

export type SentTemplate = z.output<typeof CONTENT.template>;
export type SentComponent = z.output<typeof component>;
export type SentParameter = z.output<typeof parameter>;
