import { digest } from '../events/event.ts';

/**
 * The table as its writers, its readers and its construct see it: names of keys, indexes and
 * attributes, and how their values are made. One table holds these kinds of row:
 *
 * - an event:       pk = its message group,   sk = its id
 * - a sent message: pk = `statusGroup(...)`, sk = `message`; of earlier releases `messageGroup(...)`
 * - what a member of a group chat did with it: the same pk, sk = `participant#<name>`
 * - a claim on a message that may come under other names: the key of another of its forms, or
 *   pk = `claimPartition(...)`; it says in whose favour
 * - how a channel's requests for files go: pk = `media.pace`, sk = the channel
 * - a link between two names of a contact: pk = `namesPartition(...)`, sk = `<relation>#<to>`
 * - a subscriber: pk = `subscribers`, sk = its id; what the deliverer keeps of it stands beside `config`
 * - what somebody did that cannot be undone: pk = `records`, sk = `<time>#<random>`
 * - somebody who is to be forgotten: pk = `forgettings`, sk = `<time>#<random>`
 * - a delivery that failed: pk = `waitingPartition(...)`, sk = `<event id>#<when it was handed on>`
 * - deliveries that somebody drops: the same pk, sk = `drop#<event id or message group>`
 * - what an invocation delivered: pk = one of `deliveriesPartitions(...)`, sk = `<time>#<random>`
 * - up to when a rate has given times: pk = `limitsPartition(...)`, sk = `rate`
 * - a message that somebody asked to send: pk = `outgoingPartition(...)`, sk = `content`; what became of it
 *   stands beside it under sk = `message`
 * - its wait for the sender: pk = `outboxPartition(...)`, sk = `outboxSortKey(...)`
 * - which of our messages has a wamid: pk = `messageGroup(...)`, sk = `outgoing`
 * - whose a caller of `/v1` is: pk = `tenants`, sk = its principal, such as `role/shop-bot`
 * - a channel: pk = `channels`, sk = its id
 * - a campaign: pk = `campaigns`, sk = its id; all else of it has pk = `campaignPartition(...)`: what its check found under
 *   sk = `report`, how far each part is under sk = `cursorSortKey(...)`, its figures under sk = `figuresSortKey(...)`
 * - one message of a campaign: pk = `outgoingPartition(channel, <campaign>.<track>)`, sk = `message#<row>.<step>`
 * - who was put into a triggered campaign: pk = `triggeredPartition(...)`, sk = `recipient#<digest of a key>`
 * - when they are due: pk = `duePartition(...)`, sk = `<time>#<the same digest>`
 * - who wants no marketing of a tenant: pk = `optOutPartition(...)`, sk = a digest of a name
 * - how a lane of a channel goes: pk = `lanes`, sk = `laneSortKey(...)`; how many there are for each sender: sk = `all`
 */
export const ATTRIBUTES = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** An event's place in its partition: sort key of the index `byTime`. */
  at: 'at',
  /** Partition key of the index `timeline`: a contact's group, or the `to` side of a link. */
  timelinePk: 'timelinePk',
  /** Sort key of the index `timeline`: a message's earliest status, or when a link was seen. */
  timelineAt: 'timelineAt',
  /** Seconds since 1970 after which DynamoDB deletes the row and readers hide it. */
  expiresAt: 'expiresAt',
  provider: 'provider',
  channel: 'channel',
  direction: 'direction',
  type: 'type',
  wamid: 'wamid',
  /** Of a claim: key of the row in whose favour it is. */
  claimGroup: 'claimGroup',
  claimId: 'claimId',
  /** In which chat, where it is not private. */
  chat: 'chat',
  /** Milliseconds since 1970. */
  receivedAt: 'receivedAt',
  /** A complete webhook with the one event in it, or where that lies in the overflow bucket. */
  payload: 'payload',
  payloadKey: 'payloadKey',
  account: 'account',
  displayPhoneNumber: 'displayPhoneNumber',
  recipientPhone: 'recipientPhone',
  recipientUserId: 'recipientUserId',
  recipientLid: 'recipientLid',
  recipientChatId: 'recipientChatId',
  linkFrom: 'from',
  linkTo: 'to',
  /** When a link was first seen, in ms since 1970. */
  seenAt: 'seenAt',
  /** Since when the row is a key without content, which keeps retries out. Sorts as `timelineAt` does. */
  forgottenAt: 'forgottenAt',
  /** JSON of whom to forget. */
  forgetting: 'forgetting',
  /** Since when nothing is left of whom to forget. */
  closedAt: 'closedAt',
  /** Of a caller of `/v1`: of which tenant it is, `*` for all. */
  tenant: 'tenant',
  /** JSON of a subscriber. */
  config: 'config',
  /** Raised by each change of `config`, and the condition of the next. */
  revision: 'revision',
  /** Beside a subscriber: how its endpoint fares, as `EndpointState` says. */
  failures: 'failures',
  failingSince: 'failingSince',
  downSince: 'downSince',
  slowUntil: 'slowUntil',
  waitingSince: 'waitingSince',
  lanesPerSender: 'lanesPerSender',
  behindSince: 'behindSince',
  behindSeenAt: 'behindSeenAt',
  mappingId: 'mappingId',
  /** Beside a listener's subscriber: when somebody last said that it is read, in ms since 1970. */
  listenedAt: 'listenedAt',
  /** Of a delivery that failed: how often, when first and last, and why the last time. */
  tries: 'tries',
  firstTriedAt: 'firstTriedAt',
  lastTriedAt: 'lastTriedAt',
  fault: 'fault',
  /** Message groups by which it can be dropped. */
  dropGroups: 'dropGroups',
  /** Of one that was given up: it waits no more, and is not tried anew where the queue hands it out again. */
  givenUpAt: 'givenUpAt',
  /** Deliveries handed on up to then are dropped, in ms since 1970. */
  droppedUntil: 'droppedUntil',
  /** JSON of what an invocation tried to deliver to one subscriber. */
  attempts: 'attempts',
  /** Up to when times for deliveries are given, in ms since 1970. */
  givenUntil: 'givenUntil',
  /** JSON of a message that somebody asked to send, of what it says, and the hash of that request. */
  outgoing: 'outgoing',
  body: 'body',
  bodyHash: 'bodyHash',
  /**
   * Its provider. Under another name than what came in has it, by which readers of the table's changes
   * know that.
   */
  via: 'via',
  /** Of its attempts to be sent, the one that is waited for; the first where there is none. */
  attempt: 'attempt',
  /** What became of it, as far as we did it ourselves: `sending`, `sent`, … */
  state: 'state',
  /** When that came about, in ms since 1970. */
  stateAt: 'stateAt',
  /** In ms since 1970. */
  claimedAt: 'claimedAt',
  /** A random name of a claim. */
  claimedBy: 'claimedBy',
  /** Of a claim that was given back: when the next try may be, in ms since 1970. */
  retryAt: 'retryAt',
  sentAt: 'sentAt',
  /** WasenderApi's number of a message that it took. */
  msgId: 'msgId',
  errorClass: 'errorClass',
  errorCode: 'errorCode',
  errorText: 'errorText',
  /** JSON of a message that waits, as far as a lane needs it to choose. */
  waiting: 'waiting',
  /** Of one that is uncertain: JSON of ids of messages that went out about then. */
  neighbours: 'neighbours',
  /** By a wamid: our id of its message. */
  outgoingId: 'outgoingId',
  /** Of a message of a campaign: JSON of which recipient of it that is. */
  recipient: 'recipient',
  /** In a lane: JSON of a campaign that has messages for it. */
  campaign: 'campaign',
  /** As which category a message is charged, or that it is free, by its statuses. */
  chargedAs: 'chargedAs',
  freeAs: 'freeAs',
  /** JSON of what the check of a campaign found, of how far a part is, and of what a track has come to. */
  report: 'report',
  cursor: 'cursor',
  /** Of a cursor: lines that are done with. It goes forward alone. */
  doneLines: 'doneLines',
  figures: 'figures',
  /** Of figures: the change of the table up to which they go, as its digits sort as text. */
  countedUpTo: 'countedUpTo',
  /** Of a message: when its recipient answered it first, in ms since 1970. */
  repliedAt: 'repliedAt',
  /** JSON of who was put into a triggered campaign, and of what is said to them. */
  triggered: 'triggered',
  /** Which message they wait for, from 0 on, since when they are due, in ms since 1970, and why they wait no more. */
  step: 'step',
  dueAt: 'dueAt',
  ended: 'ended',
  /** Numbers that were given to people of a campaign. */
  rows: 'rows',
  /** Of one that was forgotten: JSON of what it counts for in its campaign's figures. */
  counted: 'counted',
  /** Since when somebody wants no marketing, in ms since 1970. */
  optedOutAt: 'optedOutAt',
  /** When they decided that last, be it to get some again. */
  decidedAt: 'decidedAt',
  /** When they were forgotten, likewise. */
  leftOutAt: 'leftOutAt',
  /** Of a lane: when it last sent, in ms since 1970. */
  lastSentAt: 'lastSentAt',
} as const;

export const INDEXES = { byTime: 'byTime', timeline: 'timeline' } as const;

/** Prefixes of the attributes that each status of a message sets once: `status.read`, … */
export const STATUS_PREFIXES = {
  /** When it happened, N, in ms since 1970. */
  time: 'status.',
  /** When it was received, N, likewise; earlier releases did not keep it. */
  receivedAt: 'received.',
  /** JSON source of its other members: errors, pricing, … */
  detail: 'detail.',
  /** In place of the detail where the webhook lies in the overflow bucket. */
  payloadKey: 'payloadKey.',
} as const;

/** Attributes of an event's row that say what became of its file: set once, by one update. */
export const MEDIA_ATTRIBUTES = {
  state: 'media.state',
  reason: 'media.reason',
  key: 'media.key',
  sizeBytes: 'media.size',
  sha256: 'media.sha256',
  mimeType: 'media.mimeType',
  /**
   * When that was, in ms since 1970, where subscribers are told of it.
   *
   * Without a dot: the filters of event source mappings take one for a member within a member.
   */
  newsAt: 'mediaNewsAt',
} as const;

/** Partition of the rows that say how requests for files go, one a channel: when to ask again. */
export const MEDIA_PACE_PARTITION = 'media.pace';

/** Sort key of a sent message. */
export const MESSAGE_SORT_KEY = 'message';

/** What the sort keys of a campaign's messages begin with, all of a track in one partition. */
export const CAMPAIGN_MESSAGE_PREFIX = `${MESSAGE_SORT_KEY}#`;

/** What the partitions of messages that somebody asked to send begin with. */
export const OUTGOING_PREFIX = 'outgoing.';

/** Partition of one of them. Made of the channel too, so that nobody reaches those of another by an id alone. */
export function outgoingPartition(channel: string, id: string): string {
  return `${OUTGOING_PREFIX}${channel}.${id}`;
}

export const CONTENT_SORT_KEY = 'content';

/** In the partition of a sent message's wamid: which of ours it is. */
export const OUTGOING_SORT_KEY = 'outgoing';

/** What the partitions of lanes begin with. */
export const OUTBOX_PREFIX = 'outbox.';

/** Partition of what waits in a lane. */
export function outboxPartition(channel: string, lane: number | '*'): string {
  return `${OUTBOX_PREFIX}${channel}.${lane}`;
}

/** Orders what waits: class by class, the first that is due before. */
export function outboxSortKey(messageClass: string, dueAt: number, id: string): string {
  return `${messageClass}#${timeKey(dueAt)}#${id}`;
}

/** Beginning of the sort keys of a group message's participants. */
export const PARTICIPANT_PREFIX = 'participant#';

/** Partition of all subscribers. */
export const SUBSCRIBERS_PARTITION = 'subscribers';

/** Partition of the records of who did what, which never expire. */
export const RECORDS_PARTITION = 'records';

/** Partition of who is to be forgotten, beyond their rows. */
export const FORGETTINGS_PARTITION = 'forgettings';

/** Partition of whose the callers of `/v1` are. */
export const TENANTS_PARTITION = 'tenants';

/** Partition of all channels. */
export const CHANNELS_PARTITION = 'channels';

/** Partition of all campaigns. */
export const CAMPAIGNS_PARTITION = 'campaigns';

/** What the partitions of campaigns begin with. */
export const CAMPAIGN_PREFIX = 'campaign.';

/** Partition of all that is kept of a campaign beside itself, and beside its messages. */
export function campaignPartition(id: string): string {
  return `${CAMPAIGN_PREFIX}${id}`;
}

export const REPORT_SORT_KEY = 'report';

/** Beginning of the sort keys of how far parts are. */
export const CURSOR_PREFIX = 'cursor#';

/** Of those of a track. */
export function cursorsPrefix(track: number): string {
  return `${CURSOR_PREFIX}${track}#`;
}

/** @param round of which those after the first have names of their own */
export function cursorSortKey(track: number, zone: string, round = 0): string {
  return `${cursorsPrefix(track)}${zone}${round === 0 ? '' : `#${round}`}`;
}

export const FIGURES_PREFIX = 'figures#';

/** @param part a track, or one of the partitions of those who were put into a triggered campaign */
export function figuresSortKey(part: string): string {
  return `${FIGURES_PREFIX}${part}`;
}

/** In a campaign's partition: how many people were put into it, of whom each has a number. */
export const ROWS_SORT_KEY = 'rows';

/** What the partitions of those begin with who were put into triggered campaigns. */
export const TRIGGERED_PREFIX = 'triggered.';

/** So many partitions has a campaign, since one takes a thousand writes a second. */
export const TRIGGERED_SHARDS = 4;

/** Partition of some of those who were put into a triggered campaign. */
export function triggeredPartition(campaign: string, shard: number): string {
  return `${TRIGGERED_PREFIX}${campaign}.${shard}`;
}

/** What their sort keys begin with. */
export const TRIGGERED_RECIPIENT_PREFIX = 'recipient#';

/** What the partitions of when they are due begin with. */
export const DUE_PREFIX = 'due.';

/** Partition of when those of a track are due. */
export function duePartition(campaign: string, track: number): string {
  return `${DUE_PREFIX}${campaign}.${track}`;
}

export function dueSortKey(dueAt: number, name: string): string {
  return `${timeKey(dueAt)}#${name}`;
}

/** What the partitions of opt-outs begin with. */
export const OPT_OUTS_PREFIX = 'optouts.';

/** So many partitions has a tenant, to be read side by side. */
export const OPT_OUT_SHARDS = 16;

/** Partition of who wants no marketing of a tenant. */
export function optOutPartition(tenant: string, shard: number): string {
  return `${OPT_OUTS_PREFIX}${tenant}.${shard}`;
}

/** Partition of how the lanes of all channels go. */
export const LANES_PARTITION = 'lanes';

/** Sort key of what counts for all lanes; a lane's has a dot. */
export const ALL_LANES_SORT_KEY = 'all';

export function laneSortKey(channel: string, lane: number): string {
  return `${channel}.${lane}`;
}

/** Partition of a subscriber's deliveries that failed, and of those that somebody drops. */
export function waitingPartition(subscriberId: string): string {
  return `waiting.${subscriberId}`;
}

/** Partition in which a release before this one put deliveries aside, group by group in their order. */
export function backlogPartition(subscriberId: string): string {
  return `backlog.${subscriberId}`;
}

/** Partitions in which a subscriber's log of deliveries lies, a day. */
const DELIVERY_LANES = 10;

/**
 * Partitions of the log of deliveries of a day (UTC), each by time.
 *
 * The local index holds a partition to 10 GB, and all of its writes to 1,000 units a second: a
 * subscriber that gets thousands of events a second would have no log.
 */
export function deliveriesPartitions(subscriberId: string, day: string): readonly string[] {
  return Array.from(
    { length: DELIVERY_LANES },
    (_, lane) => `${deliveriesPartition(subscriberId)}.${day}.${lane}`,
  );
}

/** Of the log of a release before this one, all days together, and what the names of the others begin with. */
export function deliveriesPartition(subscriberId: string): string {
  return `deliveries.${subscriberId}`;
}

/** Partition of what a subscriber's limits count. */
export function limitsPartition(subscriberId: string): string {
  return `limits.${subscriberId}`;
}

/** Of the row that says up to when a rate has given times. */
export const RATE_SORT_KEY = 'rate';

/** What the partitions of links begin with. */
export const NAMES_PREFIX = 'names.';

/** Partition of the links that lead away from a name, and index key of those that lead to it. */
export function namesPartition(channel: string, name: string): string {
  return `${NAMES_PREFIX}${digest([channel, name])}`;
}

export function linkSortKey(relation: string, to: string): string {
  return `${relation}#${to}`;
}

const TIME_DIGITS = 13;
const LATEST_MS = 10 ** TIME_DIGITS - 1;

/** A provider's time as whole milliseconds that sort as text: whatever came, within 1970 to 2286. */
export function storableTime(timeMs: number): number {
  return Math.min(Math.max(Math.trunc(timeMs), 0), LATEST_MS);
}

/** The time that a sort key begins with. */
export function timeOfKey(key: string): number {
  return Number(key.slice(0, TIME_DIGITS));
}

/** Sort key by time. */
export function timeKey(timeMs: number): string {
  return String(storableTime(timeMs)).padStart(TIME_DIGITS, '0');
}

const SEQUENCE_DIGITS = 20;

/** Sort key by time and, within a millisecond, by the order in which SQS took the events. */
export function eventTimeKey(timeMs: number, sequenceNumber: string): string {
  return `${timeKey(timeMs)}#${sequenceKey(sequenceNumber)}`;
}

/** SQS's sequence number as it sorts. */
function sequenceKey(sequenceNumber: string): string {
  return sequenceNumber.padStart(SEQUENCE_DIGITS, '0');
}
