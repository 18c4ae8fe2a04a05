import * as z from 'zod/mini';

/** Meta: all valid app secrets, the current one first, and all valid verify tokens. */
export interface MetaSecrets {
  readonly appSecrets: readonly string[];
  readonly verifyTokens: readonly string[];
}

/** WasenderApi: one webhook URL, told by its path token, and its secrets for each session. */
export interface WasenderSession {
  readonly session: string;
  readonly token: string;
  readonly secrets: readonly string[];
}

const texts = z.array(z.string().check(z.minLength(1)));
const meta = z.object({
  appSecrets: texts.check(z.minLength(1)),
  verifyToken: z.union([z.string().check(z.minLength(1)), texts]),
});
const wasender = z.object({
  sessions: z
    .array(
      z.object({
        session: z.string().check(z.minLength(1), z.maxLength(128)),
        token: z.string().check(z.minLength(1)),
        secrets: texts.check(z.minLength(1)),
      }),
    )
    .check(z.minLength(1)),
});

/** Reads `{"appSecrets":["current","previous"],"verifyToken":"…"}`. Throws without the content. */
export function parseMetaSecrets(text: string): MetaSecrets {
  const { appSecrets, verifyToken } = parse(meta, text);
  return { appSecrets, verifyTokens: [verifyToken].flat() };
}

/** Reads `{"sessions":[{"session":"shop","token":"…","secrets":["current","previous"]}]}`. */
export function parseWasenderSecrets(text: string): readonly WasenderSession[] {
  return parse(wasender, text).sessions;
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, text: string): z.output<Schema> {
  const result = schema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path }) => path.join('.') || 'the whole');
  throw new Error(`secret is not filled in as documented, at: ${places.join(', ')}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes what it cannot read.
    throw new Error('secret is no JSON');
  }
}
