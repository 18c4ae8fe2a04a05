import type { Provider } from '../events/event.ts';
import type { RoutedKind } from '../events/routed-event.ts';
import { messageOfItem, openMessage } from '../providers/wasender/opened.ts';
import { itemOf, metaListOf, profileOf } from '../providers/webhook-content.ts';
import { textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { type BesideTold, metaBeside, wasenderBeside } from './beside.ts';
import { metaMessageContent, metaStatusContent, userIdContent } from './meta.ts';
import type { Beside, Content, ReplyTo } from './schema.ts';
import { wasenderEventContent, wasenderMessageContent, wasenderNoteContent } from './wasender.ts';

const MESSAGE_KINDS = new Set<RoutedKind>(['message', 'echo', 'history']);

/** What an event is about, as far as its webhook says what was said. */
export interface SaidIn {
  readonly provider: Provider;
  readonly kind: RoutedKind;
  /** The event's webhook, parsed. */
  readonly webhook: unknown;
}

/** What an event says; undefined where it is not about what was said. Never throws. */
export function contentOf({ provider, kind, webhook }: SaidIn): Content | undefined {
  const isMessage = MESSAGE_KINDS.has(kind);
  const item = itemOf(webhook);
  if (provider === 'wasender') {
    const event = memberOf(webhook, 'event');
    const told = wasenderEventContent(event, item);
    if (told !== undefined) return told;
    return isMessage ? wasenderMessageContent(item) : wasenderNoteContent(event, item);
  }
  if (isMessage) return metaMessageContent(item);
  return (
    metaStatusContent(metaListOf(webhook, 'statuses')) ??
    userIdContent(metaListOf(webhook, 'user_id_update'))
  );
}

/** What stands beside the content of an event, as far as its webhook tells it. */
export function toldBeside({ provider, webhook }: SaidIn): BesideTold {
  const item = itemOf(webhook);
  if (provider === 'meta') return metaBeside(item);
  const told = wasenderBeside(openMessage(messageOfItem(item))?.content, item);
  const poll = textOf(webhook, 'event') === 'poll.results' ? textOf(item, 'key', 'id') : undefined;
  return { ...told, answers: told.answers ?? poll };
}

/** What stands beside the content of an event, with what is stored of the message that it answers. */
export function besideOf(said: SaidIn, found: ReplyTo | undefined): Beside {
  const { answers, ...beside } = toldBeside(said);
  return {
    replyTo: answers === undefined ? null : (found ?? unknownReply(answers)),
    ...beside,
    username: profileOf(said.webhook)?.username ?? null,
  };
}

function unknownReply(wamid: string): ReplyTo {
  return { wamid, id: null, direction: null, kind: null, text: null };
}

/** Where nothing is kept of what an event says. */
export const NOTHING_BESIDE: Beside = {
  replyTo: null,
  forwarded: false,
  frequentlyForwarded: false,
  mentions: [],
  referral: null,
  username: null,
};
