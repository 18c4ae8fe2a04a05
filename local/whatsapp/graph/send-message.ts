import { createWamid } from '../../traffic/wamid.ts';
import type { BusinessNumber } from '../business.ts';
import { HANG_UP, ok, type Reaction } from '../exchange.ts';
import { misfortuneOf } from '../failures-by-rule.ts';
import { countRefusal, hashOf, type Receipt } from '../ledger.ts';
import { takePairRoom, takeReachRoom } from '../limits.ts';
import { findRecipient } from '../recipients.ts';
import { planFailure, planTicks } from '../statuses.ts';
import { templateText } from '../template-parameters.ts';
import { entryOf, type World } from '../world.ts';
import { isOutsideWindow, lateFailureOf, pairOf, refusalOf, type Sending } from './checks.ts';
import { graphError, type Refusal } from './errors.ts';
import { type Endpoint, readSendBody, type SentMessage } from './send-schema.ts';
import { textOf } from './shown-text.ts';

/** Codes that come as a `failed` status where the rules say so. */
export const LATE_CODES: readonly number[] = [131_047, 131_050];

/** Does with a message what Graph does: refuses it, or takes it and tells later what became of it. */
export function sendMessage(
  world: World,
  number: BusinessNumber,
  endpoint: Endpoint,
  json: unknown,
  now: number,
): Reaction {
  entryOf(world.ledger.triedAt, number.id, () => []).push(now);
  const code = takeFailure(world);
  if (code !== undefined)
    return refuse(world, { code, details: 'as the rules of the stand-in say' });
  const read = readSendBody(json, endpoint);
  if (!read.ok) return refuse(world, read.refusal);
  if ('readWamid' in read.sent) return markRead(world, read.sent.readWamid, now);
  const found = findRecipient(world.people, read.sent);
  if (!found.ok) return refuse(world, { code: 100, details: found.details });
  const template = templateOf(world, read.sent);
  const { recipient } = found;
  return send({ ...{ world, number, endpoint, recipient, template, now }, message: read.sent });
}

/** The code that the rules have the next message refused with; undefined where they do not. */
export function takeFailure(world: World): number | undefined {
  const { failNext } = world.rules;
  if (failNext.times === 0) return undefined;
  world.rules = { ...world.rules, failNext: { ...failNext, times: failNext.times - 1 } };
  return failNext.code;
}

function refuse(world: World, refusal: Refusal): Reaction {
  countRefusal(world.ledger, String(refusal.code));
  return graphError(refusal);
}

function templateOf({ templates }: World, { template }: SentMessage) {
  return templates.find(
    ({ name, language }) => name === template?.name && language === template.language.code,
  );
}

function markRead(world: World, wamid: string, now: number): Reaction {
  const written = world.ledger.written.find((one) => one.wamid === wamid);
  if (written === undefined) {
    return refuse(world, { code: 100, details: 'Param message_id is no message of a user.' });
  }
  written.readAt ??= now;
  return ok({ success: true });
}

function send(sending: Sending): Reaction {
  const { world, recipient } = sending;
  const { isTaken = true, answer, isSlow } = misfortuneOf(recipient.address);
  if (!isTaken) return HANG_UP;
  const refusal = refusalOf(sending);
  const isLate = world.rules.refusals === 'status' && LATE_CODES.includes(refusal?.code ?? 0);
  if (refusal !== undefined && !isLate) return refuse(world, refusal);
  const receipt = take(sending);
  const isHeld = settle(sending, receipt, refusal?.code ?? lateFailureOf(sending));
  if (answer === 'lost') return HANG_UP;
  if (answer === 'server-error') return { status: 500, body: '<html>Server Error</html>' };
  const given = ok(answerOf(receipt, recipient.input, isHeld));
  return isSlow ? { ...given, afterMs: world.rules.slowMs } : given;
}

/** Counts a message that was taken against all limits. */
export function countTaken(sending: Pick<Sending, 'world' | 'number' | 'recipient' | 'now'>): void {
  const { world, number, recipient, now } = sending;
  entryOf(world.traffic, number.id, () => []).push(now);
  takePairRoom(world.pairs, pairOf(number, recipient), world.rules, now);
  const { person, addressedBy } = recipient;
  if (isOutsideWindow(sending)) takeReachRoom(world.reached, person?.userId ?? '', now);
  if (addressedBy === 'phone') person?.lastReachedAt.set(number.id, now);
}

/** Puts a message into the ledger, and counts it against all limits. */
function take(sending: Sending): Receipt {
  const { world, number, recipient, message, template, now, endpoint } = sending;
  countTaken(sending);
  const { person, address, addressedBy } = recipient;
  const { type, content, mark, replyTo } = message;
  const body = { [type]: content };
  const category = template?.category.toLowerCase() ?? 'service';
  const isSent = message.template !== undefined && template !== undefined;
  const receipt: Receipt = {
    ...{ provider: 'meta', channel: number.id, recipient: address, addressedBy, person },
    wamid: createWamid(world.random, address, 'outbound'),
    ...{ at: now, type, content: body, mark, replyTo, ticks: {} },
    text: isSent ? templateText(template, message.template) : textOf(type, content),
    bodyHash: hashOf({ to: person?.userId ?? address, ...body }),
    pricing: endpoint === 'marketing_messages' ? 'marketing_lite' : category,
    answer: misfortuneOf(address).answer ?? 'given',
  };
  world.ledger.receipts.push(receipt);
  return receipt;
}

/** Plans what becomes of a message. Returns whether it is held for now. */
function settle(sending: Sending, receipt: Receipt, failure: number | undefined): boolean {
  const { world, template, now } = sending;
  const { stepMs } = world.rules.statuses;
  if (failure !== undefined) {
    planFailure(world, receipt, failure, now + stepMs);
    return false;
  }
  if (template !== undefined) template.taken += 1;
  const { pacing } = template ?? {};
  if (pacing === undefined || (template?.taken ?? 0) <= pacing.first) {
    planTicks(world, receipt, now);
    return false;
  }
  if (pacing.verdict === 'released') planTicks(world, receipt, now + pacing.holdMs);
  else planFailure(world, receipt, 132_015, now + pacing.holdMs);
  return true;
}

function answerOf({ person, wamid, addressedBy }: Receipt, input: string, isHeld: boolean): object {
  const known = addressedBy === 'phone' ? { wa_id: person?.phone } : { user_id: input };
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input, ...(addressedBy === 'group' ? {} : known) }],
    messages: [{ id: wamid, message_status: isHeld ? 'held_for_quality_assessment' : 'accepted' }],
  };
}
