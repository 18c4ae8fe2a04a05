import * as z from 'zod/mini';
import { WITH_INPUT } from '../issue-text.ts';
import { CONTENT, type SentTemplate } from './content-schemas.ts';
import type { Refusal } from './errors.ts';
import { parameterRefusal } from './parameters.ts';

export type Endpoint = 'messages' | 'marketing_messages';
type ContentType = keyof typeof CONTENT;

/** A message that a business asks Graph to send, read. */
export interface SentMessage {
  readonly to: string | undefined;
  /** A user id. */
  readonly recipient: string | undefined;
  readonly isToGroup: boolean;
  readonly type: ContentType;
  /** As it came. */
  readonly content: unknown;
  readonly template: SentTemplate | undefined;
  readonly replyTo: string | undefined;
  /** `biz_opaque_callback_data`. */
  readonly mark: string | undefined;
}

/** What the business says of a message that it got. */
interface ReadReceipt {
  readonly readWamid: string;
}

export type SendBody =
  | { readonly ok: true; readonly sent: SentMessage | ReadReceipt }
  | { readonly ok: false; readonly refusal: Refusal };

const TYPES: readonly ContentType[] = [
  ...(['text', 'image', 'video', 'audio', 'document', 'sticker', 'location'] as const),
  ...(['contacts', 'interactive', 'reaction', 'template'] as const),
];
const MARK_CHARACTERS = 512;

const anything = z.optional(z.unknown());
const envelope = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.optional(z.enum(['individual', 'group'])),
  to: z.optional(z.string()),
  recipient: z.optional(z.string()),
  type: z.optional(z.enum(TYPES)),
  context: z.optional(z.strictObject({ message_id: z.string().check(z.minLength(1)) })),
  biz_opaque_callback_data: z.optional(z.string().check(z.maxLength(MARK_CHARACTERS))),
  recipient_identity_key_hash: z.optional(z.string()),
  ...{ text: anything, image: anything, video: anything, audio: anything, document: anything },
  ...{ sticker: anything, location: anything, contacts: anything, interactive: anything },
  ...{ reaction: anything, template: anything },
});
const marketing = z.extend(envelope, {
  product_policy: z.optional(z.enum(['CLOUD_API_FALLBACK', 'STRICT'])),
  message_activity_sharing: z.optional(z.boolean()),
});
const readReceipt = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().check(z.minLength(1)),
  typing_indicator: z.optional(z.strictObject({ type: z.literal('text') })),
});

/** Reads the body of a send by Meta's schema. */
export function readSendBody(json: unknown, endpoint: Endpoint): SendBody {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refused('The parameter messaging_product is required.');
  }
  if ('status' in json && endpoint === 'messages') {
    const { data, error } = readReceipt.safeParse(json, WITH_INPUT);
    return data === undefined
      ? { ok: false, refusal: parameterRefusal(error) }
      : { ok: true, sent: { readWamid: data.message_id } };
  }
  const { data, error } = (endpoint === 'messages' ? envelope : marketing).safeParse(
    json,
    WITH_INPUT,
  );
  if (data === undefined) return { ok: false, refusal: parameterRefusal(error) };
  return readContent(data);
}

function readContent(data: z.output<typeof envelope>): SendBody {
  const { to, recipient, context, biz_opaque_callback_data: mark } = data;
  if (to === undefined && recipient === undefined) {
    return refused('The parameter to is required.');
  }
  // Text is Meta's default, but its own examples leave out the type of a list, too.
  const type = data.type ?? TYPES.find((one) => data[one] !== undefined) ?? 'text';
  const other = TYPES.find((one) => one !== type && data[one] !== undefined);
  if (other !== undefined) {
    return refused(`Unexpected key "${other}" on a message of type ${type}.`);
  }
  const schema = z.object({ [type]: CONTENT[type] });
  const content = schema.safeParse({ [type]: data[type] }, WITH_INPUT);
  if (!content.success) return { ok: false, refusal: parameterRefusal(content.error) };
  const template = type === 'template' ? CONTENT.template.parse(data.template) : undefined;
  const isToGroup = data.recipient_type === 'group';
  const replyTo = context?.message_id;
  return {
    ok: true,
    sent: { to, recipient, isToGroup, type, content: data[type], template, replyTo, mark },
  };
}

function refused(details: string): SendBody {
  return { ok: false, refusal: { code: 100, details } };
}
