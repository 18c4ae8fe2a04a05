import { namesOfJid } from '../providers/wasender/jid.ts';
import { textOf } from '../shared/json/fields.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { flagOf, listOf, numberOrNull, textOrNull, wordsOrNull } from './read.ts';
import type { Beside } from './schema.ts';

/** What stands beside a message's content, as far as its own webhook tells it. */
export interface BesideTold extends Omit<Beside, 'replyTo' | 'username'> {
  /** Wamid of the message that it answers. */
  readonly answers: string | undefined;
}

const MANY_TIMES = 5;

/** Of a message of Meta's; of an edit that of the new content. */
export function metaBeside(message: unknown): BesideTold {
  const context = memberOf(message, 'context') ?? memberOf(innerOf(message), 'context');
  const frequentlyForwarded = flagOf(context, 'frequently_forwarded');
  return {
    answers: textOf(context, 'id'),
    forwarded: frequentlyForwarded || flagOf(context, 'forwarded'),
    frequentlyForwarded,
    mentions: [],
    referral: metaReferral(memberOf(message, 'referral')),
  };
}

function innerOf(message: unknown): unknown {
  return memberOf(memberOf(message, 'edit'), 'message');
}

function metaReferral(referral: unknown): Beside['referral'] {
  if (!isRecord(referral)) return null;
  return {
    source: textOrNull(referral, 'source_id'),
    type: textOrNull(referral, 'source_type'),
    url: wordsOrNull(referral, 'source_url'),
    headline: wordsOrNull(referral, 'headline'),
    text: wordsOrNull(referral, 'body'),
    clickId: wordsOrNull(referral, 'ctwa_clid'),
  };
}

/** Of an opened message of WasenderApi's, by its content and the item that it came in. */
export function wasenderBeside(content: unknown, item: unknown): BesideTold {
  const context = memberOf(content, 'contextInfo') ?? memberOf(item, 'contextInfo');
  const score = numberOrNull(context, 'forwardingScore') ?? 0;
  return {
    answers: textOf(context, 'stanzaId') ?? textOf(content, 'pollCreationMessageKey', 'id'),
    forwarded: flagOf(context, 'isForwarded') || score > 0,
    frequentlyForwarded: score >= MANY_TIMES,
    mentions: mentionsOf(context),
    referral: wasenderReferral(memberOf(context, 'externalAdReply'), context),
  };
}

function mentionsOf(context: unknown): Beside['mentions'] {
  const jids = [
    ...listOf(context, 'mentionedJid'),
    ...listOf(context, 'groupMentions').map((group) => memberOf(group, 'groupJid')),
  ];
  return jids.flatMap((jid) => {
    const text = textOf({ jid }, 'jid');
    if (text === undefined) return [];
    const { phone = null, userId = null, lid = null, chatId = null } = namesOfJid(text);
    return [{ phone, userId, lid, chatId }];
  });
}

/** The same member describes the preview of a link, which led nobody here. */
function wasenderReferral(ad: unknown, context: unknown): Beside['referral'] {
  const source = textOrNull(ad, 'sourceId');
  const type = textOrNull(ad, 'sourceType');
  const clickId = wordsOrNull(ad, 'ctwaClid') ?? wordsOrNull(context, 'ctwaClid');
  if (source === null && type === null && clickId === null) return null;
  return {
    ...{ source, type, clickId },
    url: wordsOrNull(ad, 'sourceUrl'),
    headline: wordsOrNull(ad, 'title'),
    text: wordsOrNull(ad, 'body'),
  };
}
