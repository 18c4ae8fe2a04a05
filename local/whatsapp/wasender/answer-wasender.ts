import * as z from 'zod/mini';
import { createKeyId } from '../../traffic/wamid.ts';
import { BUSINESS } from '../business.ts';
import { type ApiRequest, HANG_UP, ok, type Reaction, readJson } from '../exchange.ts';
import { misfortuneOf, UNDELIVERABLE } from '../failures-by-rule.ts';
import { countRefusal, hashOf, type Receipt, stateOf } from '../ledger.ts';
import { meetPerson, phoneDigits } from '../people.ts';
import { planFailure, planTicks } from '../statuses.ts';
import { keyOf, messageOf, STATUS_CODES } from '../wasender-webhooks.ts';
import { entryOf, type World } from '../world.ts';
import { type Rate, rateHeaders, takeRate } from './rate.ts';
import { invalid, readWasenderBody, type WasenderMessage } from './send-schema.ts';

const INFO_PATH = /^\/api\/messages\/(\d+)\/info$/;
const FIRST_MSG_ID = 100_000;

/** Answers a request to WasenderApi, as it would of one session. */
export function answerWasender(world: World, request: ApiRequest, now: number): Reaction {
  const { method, path, authorization, origin } = request;
  if (authorization !== `Bearer ${world.tokens.wasender}`) return refused(401, 'Unauthenticated.');
  const [, msgId] = INFO_PATH.exec(path) ?? [];
  if (method === 'GET' && msgId !== undefined) return infoOf(world, Number(msgId), now);
  switch (`${method} ${path}`) {
    case 'POST /api/send-message':
      return sendMessage(world, readJson(request), now);
    case 'GET /api/status':
      return ok({ status: world.rules.wasender.session });
    case 'POST /api/decrypt-media':
      return decryptMedia(readJson(request), origin);
    default:
      return refused(404, 'Not found.');
  }
}

function refused(status: number, message: string, rest: object = {}): Reaction {
  return { status, body: { success: false, message, ...rest } };
}

function sendMessage(world: World, json: unknown, now: number): Reaction {
  const { ledger, rules } = world;
  entryOf(ledger.triedAt, BUSINESS.session.name, () => []).push(now);
  const rate = takeRate(world.sessionSends, rules.wasender, now);
  const reaction = rate.isWithin ? sendWithin(world, json, now) : tooMany(rate);
  if (reaction.status >= 400) countRefusal(ledger, `wasender ${reaction.status}`);
  return { ...reaction, headers: rateHeaders(rate, now) };
}

function tooMany({ resetSeconds }: Rate): Reaction {
  const message = 'You are sending messages too fast.';
  return refused(429, message, { retry_after: resetSeconds });
}

function sendWithin(world: World, json: unknown, now: number): Reaction {
  const { session } = world.rules.wasender;
  // Nobody documents what a session that is away answers.
  if (session !== 'connected') return refused(400, `Your WhatsApp session is ${session}.`);
  const read = readWasenderBody(json);
  if (!read.ok) return read.refusal;
  const jid = jidOf(read.message.to);
  if (jid === undefined) return invalid({ to: ['JID does not exist on WhatsApp.'] });
  const { isTaken = true, answer, isSlow, fails } = misfortuneOf(jid.split('@')[0] ?? '');
  if (!isTaken) return HANG_UP;
  const receipt = take(world, read.message, jid, now);
  // Nobody caps what goes out by WasenderApi.
  if (fails === UNDELIVERABLE) {
    planFailure(world, receipt, fails, now + world.rules.statuses.stepMs);
  } else planTicks(world, receipt, now);
  if (answer === 'lost') return HANG_UP;
  if (answer === 'server-error') return { status: 500, body: '<html>Server Error</html>' };
  const { msgId } = receipt;
  const given = ok({ success: true, data: { msgId, jid, status: 'in_progress' } });
  return isSlow ? { ...given, afterMs: world.rules.slowMs } : given;
}

/** A LID is refused, as WasenderApi does. */
function jidOf(to: string): string | undefined {
  if (/^[\w-]+@(g\.us|newsletter)$/.test(to)) return to;
  const phone = phoneDigits(to.replace(/@(s\.whatsapp\.net|c\.us)$/, ''));
  return phone === undefined ? undefined : `${phone}@s.whatsapp.net`;
}

function take(world: World, message: WasenderMessage, jid: string, now: number): Receipt {
  const { ledger, random, people } = world;
  const { type, text, content, replyTo } = message;
  const phone = jid.endsWith('@s.whatsapp.net') ? jid.split('@')[0] : undefined;
  const person = phone === undefined ? undefined : meetPerson(people, phone);
  const receipt: Receipt = {
    ...{ provider: 'wasender', channel: BUSINESS.session.name, wamid: createKeyId(random) },
    ...{ msgId: FIRST_MSG_ID + ledger.receipts.length, recipient: jid, person, at: now },
    ...{ type, text, content, replyTo, mark: undefined, pricing: 'none', ticks: {} },
    addressedBy: person === undefined ? 'group' : 'phone',
    bodyHash: hashOf({ to: person?.userId ?? jid, ...content }),
    answer: misfortuneOf(jid.split('@')[0] ?? '').answer ?? 'given',
  };
  ledger.receipts.push(receipt);
  person?.lastReachedAt.set(BUSINESS.session.name, now);
  return receipt;
}

/** What is known of a message by WasenderApi's own id: also WhatsApp's, once it is sent. */
function infoOf({ ledger }: World, msgId: number, now: number): Reaction {
  const receipt = ledger.receipts.find((one) => one.msgId === msgId);
  if (receipt === undefined) return refused(404, 'Message not found.');
  const state = stateOf(receipt, now);
  if (state === 'accepted') return ok({ success: true, data: { msgId, status: 'in_progress' } });
  const { recipient: remoteJid, wamid: id, at } = receipt;
  const data = {
    ...{ msgId, id, remoteJid, fromMe: true, key: keyOf(receipt), message: messageOf(receipt) },
    ...{ status: STATUS_CODES[state], messageTimestamp: Math.floor(at / 1000) },
  };
  return ok({ success: true, data });
}

const decryptRequest = z.object({
  data: z.object({ messages: z.object({ key: z.object({ id: z.string() }) }) }),
});

function decryptMedia(json: unknown, origin: string): Reaction {
  const { success, data } = decryptRequest.safeParse(json);
  if (!success) return refused(422, 'Validation failed.');
  const { id } = data.data.messages.key;
  return ok({ publicUrl: `${origin}/decrypted-media/${encodeURIComponent(id)}` });
}
