import * as z from 'zod/mini';
import { schemas, tenantOrAll } from '../../answers/schemas.ts';

export const callerInput = z.strictObject({ tenant: tenantOrAll });
schemas.add(callerInput, {
  id: 'CallerInput',
  description: 'Of which tenant a caller is from now on, within ten seconds; `*` for all.',
});

export const callerAnswer = z.strictObject({ principal: z.string(), tenant: z.string() });
schemas.add(callerAnswer, {
  id: 'Caller',
  description:
    'A role or a user of the account, such as `role/shop-bot` or `user/ana`, whatever its path, and whose it is.',
});

export const callersAnswer = z.strictObject({
  callers: z.array(callerAnswer),
  you: z.nullable(z.string()),
});
schemas.add(callersAnswer, {
  id: 'Callers',
  description:
    'By name. Where there are none, everybody sees all; otherwise whoever is not among them gets nothing. `you`: who asks; null for no role or user of this account.',
});

export type CallersAnswer = z.infer<typeof callersAnswer>;
