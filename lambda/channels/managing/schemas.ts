import * as z from 'zod/mini';
import { schemas, tenantName } from '../../answers/schemas.ts';
import { MEDIA_KINDS } from '../../providers/media-kind.ts';
import { MIN_RETENTION_DAYS } from '../../table/retention.ts';
import type { RATES } from '../channel.ts';
import { MAX_CHECK_LENGTH, MAX_TEXT_LENGTH } from '../finding.ts';

const time = z.iso.datetime({ precision: 3 });
const text = (maximum: number) => z.string().check(z.minLength(1), z.maxLength(maximum));
const digits = z.string().check(z.regex(/^\d{5,20}$/, 'an id of 5 to 20 digits'));

const MOST_PER_SECOND = 1_000;
const rateNames = [
  'standard',
  'high',
  'coexistence',
  'paid',
  'protected',
] as const satisfies (keyof typeof RATES)[];
const rate = z.union([
  z.enum(rateNames),
  z.number().check(z.positive(), z.maximum(MOST_PER_SECOND)),
]);

const marketingRoute = z.enum(['messages', 'marketing_messages']);
const uncertain = z.enum(['leave', 'resend']);
const provider = z.enum(['meta', 'wasender']);

const keep = z.union([
  z.enum(['all', 'none']),
  z.array(z.enum(MEDIA_KINDS)).check(z.minLength(1), z.maxLength(MEDIA_KINDS.length)),
]);
const MOST_MEGABYTES = 100;
const maxMegabytes = z.int().check(z.minimum(1), z.maximum(MOST_MEGABYTES));
const MOST_DAYS = 3_650;

const changeable = {
  tenant: z.optional(tenantName),
  accountId: z.optional(digits),
  portfolioId: z.optional(digits),
  displayPhoneNumber: z.optional(
    z.string().check(z.regex(/^\d{5,15}$/, 'digits with the country code')),
  ),
  messagesPerSecond: z.optional(rate),
  share: z.optional(z.number().check(z.positive(), z.maximum(1))),
  marketingRoute: z.optional(marketingRoute),
  uncertain: z.optional(uncertain),
  media: z.optional(
    z.nullable(z.strictObject({ keep: z.optional(keep), maxMegabytes: z.optional(maxMegabytes) })),
  ),
  retentionDays: z.optional(
    z.nullable(z.int().check(z.minimum(MIN_RETENTION_DAYS), z.maximum(MOST_DAYS))),
  ),
};

export const channelInput = z.strictObject({ id: z.string(), provider, ...changeable });
schemas.add(channelInput, {
  id: 'ChannelInput',
  description:
    'A number or a session to send from. `id`: Meta’s phone number id, or the name of a WasenderApi session, of letters, digits, `.`, `_` and `-`. `messagesPerSecond`: what the provider allows, up to 1,000, or `standard` (80), `high` (1,000), `coexistence` (20), `paid` (256 a minute), `protected` (one in 5 seconds); without it `standard`, of WasenderApi `paid`. `share`: how much of that sending may use (0.95). `uncertain`: what becomes of a message whose answer was lost, after an hour without a status (`leave`). `media`: which files that come to it are kept, of up to how many MB; `retentionDays`: for how long its rows are kept, up to as long as the stage keeps files of its tenant; without them, or where they are null, as the stage’s settings say. The access token is not part of it: the sender reads it from Parameter Store.',
});

export const channelChange = z.strictObject(changeable);
schemas.add(channelChange, {
  id: 'ChannelChange',
  description:
    'The members to change. A rate that changes the number of lanes is taken only while the channel is paused and nothing waits.',
});

export const pauseInput = z.strictObject({ drain: z.optional(z.boolean()) });
schemas.add(pauseInput, {
  id: 'PauseInput',
  description:
    '`drain`: takes no more messages, and sends those that wait; otherwise those wait too.',
});

const finding = z.strictObject({
  check: text(MAX_CHECK_LENGTH),
  ok: z.boolean(),
  found: text(MAX_TEXT_LENGTH),
  mend: z.nullable(text(MAX_TEXT_LENGTH)),
});
schemas.add(finding, {
  id: 'ChannelFinding',
  description:
    'One thing that was looked at: what was found, and how to mend it where it is at fault.',
});

export const checkInput = z.strictObject({
  findings: z.array(finding).check(z.minLength(1), z.maxLength(20)),
});
schemas.add(checkInput, {
  id: 'ChannelCheck',
  description:
    'What the provider said of the channel. Who holds its token asks; the channel keeps what is at fault as `needsAttention`.',
});

export const channelAnswer = z.strictObject({
  id: z.string(),
  provider,
  tenant: z.string(),
  accountId: z.nullable(z.string()),
  portfolioId: z.nullable(z.string()),
  displayPhoneNumber: z.nullable(z.string()),
  messagesPerSecond: z.number(),
  share: z.number(),
  lanes: z.int(),
  marketingRoute,
  uncertain,
  media: z.strictObject({ keep: z.nullable(keep), maxMegabytes: z.nullable(maxMegabytes) }),
  retentionDays: z.nullable(z.int()),
  state: z.enum(['active', 'paused']),
  pausedBecause: z.nullable(z.string()),
  needsAttention: z.nullable(z.string()),
  said: z.array(
    z.strictObject({ check: z.string(), ok: z.boolean(), found: z.string(), at: time }),
  ),
  createdAt: time,
  updatedAt: time,
});
schemas.add(channelAnswer, {
  id: 'Channel',
  description:
    'A number or a session that messages are sent from. `media`, `retentionDays`: null where the stage’s settings say it. `pausedBecause`: `user`; `lanes`, in which what waits is sent all the same; or the class of a provider’s error. `said`: what the provider said last of each matter, when it was asked or by its webhooks, and `needsAttention` what of that is at fault.',
});

export const channelsAnswer = z.strictObject({
  channels: z.array(channelAnswer),
  unreadable: z.array(z.string()),
});
schemas.add(channelsAnswer, {
  id: 'Channels',
  description:
    'The oldest first. `unreadable`: ids of those that another release wrote and this one cannot read.',
});

export type ChannelInput = z.infer<typeof channelInput>;
export type ChannelChange = z.infer<typeof channelChange>;
export type ChannelAnswer = z.infer<typeof channelAnswer>;
export type ChannelsAnswer = z.infer<typeof channelsAnswer>;
