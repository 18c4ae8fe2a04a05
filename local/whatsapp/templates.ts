import * as z from 'zod/mini';

const button = z.looseObject({
  type: z.enum([
    ...(['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE', 'OTP', 'FLOW', 'CATALOG'] as const),
    ...(['MPM', 'SPM', 'VOICE_CALL', 'REQUEST_CONTACT_INFO'] as const),
  ]),
  text: z.optional(z.string().check(z.maxLength(25))),
  url: z.optional(z.string()),
  otp_type: z.optional(z.enum(['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'])),
});
const component = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('HEADER'),
    format: z.enum(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION']),
    text: z.optional(z.string().check(z.maxLength(60))),
  }),
  z.looseObject({
    type: z.literal('BODY'),
    text: z.optional(z.string().check(z.minLength(1), z.maxLength(1024))),
  }),
  z.looseObject({ type: z.literal('FOOTER'), text: z.optional(z.string()) }),
  z.looseObject({
    type: z.literal('BUTTONS'),
    buttons: z.array(button).check(z.minLength(1), z.maxLength(10)),
  }),
  z.looseObject({ type: z.enum(['CAROUSEL', 'LIMITED_TIME_OFFER']) }),
]);

/** What a business says of a template that it wants. */
export const templateSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9_]{1,512}$/)),
  language: z.string().check(z.regex(/^[a-z]{2,3}(_[A-Z]{2})?$/)),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
  parameter_format: z._default(z.enum(['POSITIONAL', 'NAMED']), 'POSITIONAL'),
  components: z.array(component).check(z.minLength(1)),
  bid_spec: z.optional(z.looseObject({})),
  allow_category_change: z.optional(z.boolean()),
  message_send_ttl_seconds: z.optional(z.number()),
});

export type TemplateInput = z.output<typeof templateSchema>;
type Component = z.output<typeof component>;

/** A template of the account. */
export interface Template extends TemplateInput {
  readonly id: string;
  readonly createdAt: number;
  status: 'APPROVED' | 'PENDING' | 'REJECTED' | 'PAUSED' | 'DISABLED';
  /** Messages of it after the first so many are held, to see what people say of those. */
  readonly pacing?: Pacing;
  /** Messages of it that were taken. */
  taken: number;
}

interface Pacing {
  readonly first: number;
  readonly holdMs: number;
  readonly verdict: 'released' | 'dropped';
}

export function componentOf<Type extends Component['type']>(
  { components }: Pick<TemplateInput, 'components'>,
  type: Type,
): Extract<Component, { readonly type: Type }> | undefined {
  return components.find(
    (one): one is Extract<Component, { readonly type: Type }> => one.type === type,
  );
}

/** The variables of a text, in its order: `1` of `{{1}}`, `name` of `{{name}}`. */
export function placeholdersOf(text = ''): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name))];
}

/** A text with its variables filled in; what is missing stays as it is. */
export function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
}
