import * as z from 'zod/mini';
import { present, textOf } from '../../lambda/shared/json/fields.ts';
import { memberOf } from '../../lambda/shared/json/json-source.ts';
import { lateFailureOf } from './graph/checks.ts';
import { countTaken, LATE_CODES, takeFailure } from './graph/send-message.ts';
import { countRefusal, type Receipt } from './ledger.ts';
import { meetPerson } from './people.ts';
import { takeRate } from './wasender/rate.ts';
import { entryOf, type World } from './world.ts';

const moment = z.optional(z.number());

/** A receipt without what its message said. */
const spentReceipt = z.object({
  provider: z.enum(['meta', 'wasender']),
  ...{ channel: z.string(), wamid: z.string(), msgId: z.optional(z.number()) },
  ...{ recipient: z.string(), addressedBy: z.enum(['phone', 'user-id', 'group']) },
  /** Their number or user id. */
  person: z.optional(z.string()),
  ...{ at: z.number(), type: z.string(), bodyHash: z.string(), pricing: z.string() },
  ...{ mark: z.optional(z.string()), replyTo: z.optional(z.string()) },
  answer: z.enum(['given', 'lost', 'server-error']),
  ticks: z.object({ sent: moment, delivered: moment, read: moment }),
  failure: z.optional(z.object({ code: z.number(), at: z.number() })),
  /** Of a template: its name and language. */
  template: z.optional(z.object({ name: z.string(), language: z.string() })),
});

/** What is kept of a send of long ago in place of its request: what came of it, so that the world is as it was. */
export const spentSend = z.object({
  ...{ at: z.number(), channel: z.string() },
  /** How often it asked chance. */
  draws: z.number(),
  receipt: z.optional(spentReceipt),
  /** What it was refused as. */
  refusal: z.optional(z.string()),
});

export type SpentSend = z.output<typeof spentSend>;
type SpentReceipt = z.output<typeof spentReceipt>;

/** A receipt as it is kept once nobody needs to know any more what its message said. */
export function spentReceiptOf({ person, content, text: _, ...rest }: Receipt): SpentReceipt {
  const template = memberOf(content, 'template');
  const name = textOf(template, 'name');
  const language = textOf(memberOf(template, 'language'), 'code');
  const isNamed = name !== undefined && language !== undefined;
  return {
    ...rest,
    person: person?.phone ?? person?.userId,
    ...(isNamed && { template: { name, language } }),
  };
}

/** Does to the world what the send did. */
export function restoreSend(
  world: World,
  { at, channel, draws, receipt, refusal }: SpentSend,
): void {
  for (let draw = 0; draw < draws; draw += 1) world.random();
  entryOf(world.ledger.triedAt, channel, () => []).push(at);
  const isMeta = world.numbers.has(channel);
  const isByRule = isMeta && takeFailure(world) !== undefined;
  if (!isMeta) takeRate(world.sessionSends, world.rules.wasender, at);
  if (refusal !== undefined) countRefusal(world.ledger, refusal);
  if (receipt !== undefined && !isByRule) restoreReceipt(world, receipt);
}

function restoreReceipt(world: World, spent: SpentReceipt): void {
  const { person: name, template, msgId, mark, replyTo, ticks, failure, ...rest } = spent;
  const person = name === undefined ? undefined : meetPerson(world.people, name);
  world.ledger.receipts.push({
    ...{ ...rest, person, mark, replyTo, text: '', content: {}, ticks: present(ticks) },
    ...present({ msgId, failure }),
  });
  const { at: now, channel, recipient: address, addressedBy } = rest;
  const number = world.numbers.get(channel);
  if (number === undefined) {
    person?.lastReachedAt.set(channel, now);
    return;
  }
  const recipient = { addressedBy, address, input: address, person };
  countTaken({ world, number, recipient, now });
  if (LATE_CODES.includes(failure?.code ?? 0)) return;
  const sent = world.templates.find(
    (one) => one.name === template?.name && one.language === template.language,
  );
  const fails = lateFailureOf({ world, recipient, template: sent, now });
  if (sent !== undefined && fails === undefined) sent.taken += 1;
}
