import * as z from 'zod/mini';
import { ERROR_CODES } from './json-answer.ts';
import { ALL_TENANTS } from './tenancy.ts';

/** What `/v1` answers, each room adding its own; `docs/openapi.json` is generated from this. */
export const schemas = z.registry<{ id: string; description: string }>();

export const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.enum(ERROR_CODES),
    message: z.string(),
  }),
});
schemas.add(errorAnswer, {
  id: 'Error',
  description:
    'Why there is no answer. `forbidden`: the caller is of no tenant, or of one and what it asks for is for those of all; the message says what to do. `unavailable`: try again. `conflict`: others changed the same; read it, then try again. Or another release wrote it and this one cannot read it, as the message says then. `country`, `window_closed`, `opted_out`: a message that the provider would refuse is not sent. `not_possible`: what is asked for is well written, and nothing could come of it. `too_many_waiting`: the header `Retry-After` says when to try again.',
});

const NAME_RULE = 'up to 63 lower case letters, digits and -';

export const tenantName = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, NAME_RULE));

/** A pattern is not put together from text, so the name stands in it once more. */
export const tenantOrAll = z
  .string()
  .check(z.regex(/^(?:\*|[a-z0-9][a-z0-9-]{0,62})$/, `${NAME_RULE}, or ${ALL_TENANTS} for all`));
