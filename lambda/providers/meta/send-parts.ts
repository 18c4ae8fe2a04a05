import * as z from 'zod/mini';

/** A text of 1 to so many characters. */
export function words(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most));
}

const link = z
  .string()
  .check(z.maxLength(2048), z.regex(/^https?:\/\/\S+$/, 'a URL that begins with https://'));

const oneSource = z.refine<{
  readonly id?: string | undefined;
  readonly link?: string | undefined;
}>(({ id, link: url }) => (id === undefined) !== (url === undefined), 'either id or link');

const source = { id: z.optional(words(512)), link: z.optional(link) };

export const file = z.looseObject(source).check(oneSource);
export const captioned = z
  .looseObject({ ...source, caption: z.optional(z.string().check(z.maxLength(1024))) })
  .check(oneSource);
export const document = z
  .looseObject({
    ...source,
    caption: z.optional(z.string().check(z.maxLength(1024))),
    filename: z.optional(words(240)),
  })
  .check(oneSource);

/** As a number, or as the digits of one. */
const degrees = (most: number) =>
  z
    .union([z.number(), z.string().check(z.regex(/^-?\d{1,3}(\.\d+)?$/))])
    .check(
      z.refine((value) => Math.abs(Number(value)) <= most, `degrees from -${most} to ${most}`),
    );

export const location = z.looseObject({
  latitude: degrees(90),
  longitude: degrees(180),
  name: z.optional(z.string().check(z.maxLength(1000))),
  address: z.optional(z.string().check(z.maxLength(1000))),
});

const list = z.array(z.looseObject({}));

export const contacts = z
  .array(
    z.looseObject({
      name: z.looseObject({ formatted_name: words(1000) }),
      phones: z.optional(z.array(z.looseObject({ phone: z.optional(words(64)) }))),
      ...{ emails: z.optional(list), addresses: z.optional(list), urls: z.optional(list) },
    }),
  )
  .check(z.minLength(1), z.maxLength(257));
