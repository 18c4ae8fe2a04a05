import * as z from 'zod/mini';
import { schemas } from '../../answers/schemas.ts';

export const forgottenAnswer = z.strictObject({
  events: z.number(),
  messages: z.number(),
  payloads: z.number(),
  files: z.number(),
  links: z.number(),
  isComplete: z.boolean(),
  archive: z.literal('pending'),
});
schemas.add(forgottenAnswer, {
  id: 'Forgotten',
  description:
    'How many events, sent messages, oversized payloads, files and links between names this request emptied. Where `isComplete` is false there is more: send it again. `archive` is pending: archive, dead letters and deliveries that were put aside keep what they have of the contact until `npx floodgate forget --pending` is run.',
});

export type ForgottenAnswer = z.infer<typeof forgottenAnswer>;
