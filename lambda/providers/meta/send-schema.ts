import * as z from 'zod/mini';
import { memberOf } from '../../shared/json/json-source.ts';
import { schemaFaults } from '../schema-faults.ts';
import { interactive } from './send-interactive.ts';
import { captioned, contacts, document, file, location, words } from './send-parts.ts';
import { template } from './send-template.ts';

/** What the member of a type's own name takes. */
const CONTENTS = {
  text: z.looseObject({ body: words(4096), preview_url: z.optional(z.boolean()) }),
  image: captioned,
  video: captioned,
  audio: file,
  document,
  sticker: file,
  location,
  contacts,
  interactive,
  template,
  reaction: z.looseObject({
    message_id: words(512),
    emoji: z.optional(z.string().check(z.maxLength(64))),
  }),
} as const;

const around = z.looseObject({
  messaging_product: z.optional(z.literal('whatsapp')),
  recipient_type: z.optional(z.enum(['individual', 'group'])),
  type: z.enum(Object.keys(CONTENTS)),
  context: z.optional(z.looseObject({ message_id: words(512) })),
  recipient_identity_key_hash: z.optional(words(512)),
});

function isType(type: unknown): type is keyof typeof CONTENTS {
  return typeof type === 'string' && Object.hasOwn(CONTENTS, type);
}

/**
 * What is wrong with a body of Meta's, but for whom it goes to; each by the path of its member.
 *
 * Members that nobody knows are left for Meta to judge: it adds some without notice.
 */
export function sendFaults(body: unknown): readonly string[] {
  const type = memberOf(body, 'type');
  const faults = schemaFaults(around, body);
  if (!isType(type)) return faults;
  return [...faults, ...schemaFaults(CONTENTS[type], memberOf(body, type), [type])];
}
