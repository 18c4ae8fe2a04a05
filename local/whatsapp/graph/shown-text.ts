import * as z from 'zod/mini';

const worded = z.looseObject({
  body: z.optional(z.union([z.string(), z.object({ text: z.string() })])),
  caption: z.optional(z.string()),
  emoji: z.optional(z.string()),
  name: z.optional(z.string()),
  filename: z.optional(z.string()),
});

/** What the phone shows of a message, in one line. */
export function textOf(type: string, content: unknown): string {
  const { body, caption, emoji, name, filename } = worded.safeParse(content).data ?? {};
  const text = typeof body === 'object' ? body.text : body;
  return text ?? caption ?? emoji ?? name ?? filename ?? `[${type}]`;
}
