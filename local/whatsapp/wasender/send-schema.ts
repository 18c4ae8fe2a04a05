import * as z from 'zod/mini';
import type { Reaction } from '../exchange.ts';
import { isMissing, ruleOf, WITH_INPUT } from '../issue-text.ts';

const words = z.string().check(z.minLength(1));
const link = z.url({ protocol: /^https?$/ });
const coordinate = z.union([z.number(), z.string().check(z.regex(/^-?\d+(\.\d+)?$/))]);

/** What a message may consist of; a text goes with a file as its caption. */
const contents = {
  text: z.optional(words),
  imageUrl: z.optional(link),
  videoUrl: z.optional(link),
  documentUrl: z.optional(link),
  audioUrl: z.optional(link),
  stickerUrl: z.optional(link),
  contact: z.optional(z.object({ name: words, phone: words })),
  location: z.optional(
    z.object({
      ...{ latitude: coordinate, longitude: coordinate },
      ...{ name: z.optional(z.string()), address: z.optional(z.string()) },
    }),
  ),
  poll: z.optional(
    z.object({
      question: words,
      options: z.array(words).check(z.minLength(2), z.maxLength(12)),
      multiSelect: z.optional(z.boolean()),
    }),
  ),
};
const schema = z.looseObject({
  to: words,
  ...contents,
  fileName: z.optional(z.string()),
  replyTo: z.optional(z.union([z.number(), z.string()])),
  mentions: z.optional(z.array(z.string())),
  viewOnce: z.optional(z.boolean()),
});

const NAMES = [
  ...(['imageUrl', 'videoUrl', 'documentUrl', 'audioUrl', 'stickerUrl'] as const),
  ...(['contact', 'location', 'poll', 'text'] as const),
];

export interface WasenderMessage {
  readonly to: string;
  readonly type: string;
  readonly text: string;
  readonly content: object;
  readonly replyTo: string | undefined;
}

export type WasenderBody =
  | { readonly ok: true; readonly message: WasenderMessage }
  | { readonly ok: false; readonly refusal: Reaction };

/** Reads the body of a send. */
export function readWasenderBody(json: unknown): WasenderBody {
  const { data, error } = schema.safeParse(json, WITH_INPUT);
  if (data === undefined) return { ok: false, refusal: invalid(errorsOf(error)) };
  const name = NAMES.find((one) => data[one] !== undefined);
  if (name === undefined) {
    return { ok: false, refusal: invalid({ text: ['The text field is required.'] }) };
  }
  const { to, replyTo, text, poll, location, contact } = data;
  const type = name.replace(/Url$/, '');
  const { [name]: content } = data;
  const shown = text ?? poll?.question ?? location?.name ?? contact?.name ?? `[${type}]`;
  return {
    ok: true,
    message: {
      ...{ to, type, text: shown },
      content: { ...(text !== undefined && { text }), [name]: content },
      replyTo: replyTo === undefined ? undefined : String(replyTo),
    },
  };
}

function errorsOf({ issues }: z.core.$ZodError): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const issue of issues) {
    const field = issue.path.join('.') || 'to';
    const rule = isMissing(issue) ? 'is required' : ruleOf(issue);
    const sentence = `The ${field} field ${rule}.`;
    errors[field] = [...(errors[field] ?? []), sentence];
  }
  return errors;
}

/** WasenderApi's answer to what it cannot read. */
export function invalid(errors: Record<string, string[]>): Reaction {
  const [message = 'The given data was invalid.'] = Object.values(errors).flat();
  return { status: 422, body: { success: false, message, errors } };
}
