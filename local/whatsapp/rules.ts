import * as z from 'zod/mini';

const share = z.number().check(z.minimum(0), z.maximum(1));
const milliseconds = z.int().check(z.minimum(0));
const count = z.int().check(z.minimum(0));

/** What the stand-in plays, and may be told to play otherwise. */
const rulesSchema = z.strictObject({
  /** Whether the access token of Graph still holds. */
  token: z.enum(['valid', 'expired']),
  /** Whether 131047 and 131050 come as the answer, or as a `failed` status after a 200. */
  refusals: z.enum(['answer', 'status']),
  /** For how long a recipient whose number ends in 50 keeps the sender waiting. */
  slowMs: milliseconds,
  /** Messages at once to one person, after which there is one in each interval. */
  pairBurst: count,
  pairIntervalMs: milliseconds,
  /** People whom the portfolio may write to outside their windows, in any 24 hours. */
  portfolioLimit: count,
  /** Meta documents no code for it. */
  portfolioLimitCode: z.int(),
  /** Marketing messages that one person gets in any 24 hours. */
  marketingCap: count,
  /** Whether marketing templates may go through `/messages`. */
  marketingOnMessages: z.boolean(),
  /** Whether somebody accepted the terms of `/marketing_messages`. */
  marketingTerms: z.boolean(),
  templateReviewMs: milliseconds,
  /** For how long a template that was made cannot be sent. */
  templateSyncMs: milliseconds,
  /** Refuses the next sends with this code of Graph's. */
  failNext: z.strictObject({ code: z.int(), times: count }),
  statuses: z.strictObject({
    /** About what lies between two ticks. */
    stepMs: milliseconds,
    lateShare: share,
    /** How much later a late one comes, at most. */
    lateMs: milliseconds,
    doubledShare: share,
    /** Messages whose statuses come in reverse. */
    disorderedShare: share,
    /** Messages of which nothing is told. */
    silentShare: share,
    readShare: share,
    /** Messages that are read as they arrive: they are never told to be delivered. */
    readAtOnceShare: share,
  }),
  wasender: z.strictObject({
    session: z.enum(['connected', 'disconnected', 'need_scan', 'logged_out']),
    perMinute: count,
    /** One message in five seconds, whatever the plan. */
    accountProtection: z.boolean(),
  }),
});

export type Rules = z.output<typeof rulesSchema>;

export const DEFAULT_RULES: Rules = {
  token: 'valid',
  refusals: 'answer',
  slowMs: 5_000,
  pairBurst: 45,
  pairIntervalMs: 6_000,
  portfolioLimit: 100_000,
  portfolioLimitCode: 131_048,
  marketingCap: 2,
  marketingOnMessages: true,
  marketingTerms: true,
  templateReviewMs: 2_000,
  templateSyncMs: 600_000,
  failNext: { code: 131_000, times: 0 },
  statuses: {
    stepMs: 400,
    lateShare: 0.05,
    lateMs: 10_000,
    doubledShare: 0.1,
    disorderedShare: 0.1,
    silentShare: 0,
    readShare: 1,
    readAtOnceShare: 0.05,
  },
  wasender: { session: 'connected', perMinute: 256, accountProtection: false },
};

/** Some of the rules; groups of them may be told in part, too. */
export const rulesChange = z.partial(
  z.extend(rulesSchema, {
    statuses: z.partial(rulesSchema.shape.statuses),
    wasender: z.partial(rulesSchema.shape.wasender),
  }),
);

export function changedRules(rules: Rules, change: z.output<typeof rulesChange>): Rules {
  return rulesSchema.parse({
    ...rules,
    ...change,
    statuses: { ...rules.statuses, ...change.statuses },
    wasender: { ...rules.wasender, ...change.wasender },
  });
}
