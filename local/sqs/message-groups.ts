/** Messages in one receive or batch. */
export const MAX_BATCH = 10;

/** What the groups need to know of a message. */
export interface Grouped {
  /** Names the messages that wait for one another. */
  readonly orderedWith: string;
  /** In flight while this is in the future. */
  visibleAt: number;
}

interface Group<Message> {
  readonly messages: Message[];
}

/**
 * Messages in order of arrival, by group. A group with a message in flight is locked; the others
 * are served in the order in which they became available.
 */
export class MessageGroups<Message extends Grouped> {
  readonly #groups = new Map<string, Group<Message>>();
  readonly #available = new Set<Group<Message>>();
  readonly #locked = new Set<Group<Message>>();
  #opensAt = Number.POSITIVE_INFINITY;

  /** No locked group opens before this time, unless its messages are changed or removed. */
  get opensAt(): number {
    return this.#opensAt;
  }

  append(message: Message): void {
    const group = this.#groups.get(message.orderedWith);
    if (group !== undefined) {
      group.messages.push(message);
      return;
    }
    const started = { messages: [message] };
    this.#groups.set(message.orderedWith, started);
    this.#available.add(started);
  }

  /** The messages of each available group in turn. Call `settle` after having changed some. */
  *available(now: number): Generator<Message[]> {
    this.#open(now);
    for (const group of this.#available) yield group.messages;
  }

  remove(message: Message): void {
    const messages = this.#groups.get(message.orderedWith)?.messages ?? [];
    messages.splice(messages.indexOf(message), 1);
  }

  /** Locks, opens or drops a group after its messages changed. */
  settle(orderedWith: string, now: number): void {
    const group = this.#groups.get(orderedWith);
    if (group === undefined) return;
    const opensAt = groupOpensAt(group);
    if (group.messages.length === 0) {
      this.#groups.delete(orderedWith);
      this.#available.delete(group);
      this.#locked.delete(group);
    } else if (opensAt > now) {
      this.#available.delete(group);
      this.#locked.add(group);
      this.#opensAt = Math.min(this.#opensAt, opensAt);
    } else if (this.#locked.delete(group)) {
      this.#available.add(group);
    }
  }

  clear(): void {
    for (const groups of [this.#groups, this.#available, this.#locked]) groups.clear();
    this.#opensAt = Number.POSITIVE_INFINITY;
  }

  *messages(): Generator<Message> {
    for (const { messages } of this.#groups.values()) yield* messages;
  }

  #open(now: number): void {
    if (now < this.#opensAt) return;
    this.#opensAt = Number.POSITIVE_INFINITY;
    for (const group of this.#locked) {
      const opensAt = groupOpensAt(group);
      if (opensAt > now) this.#opensAt = Math.min(this.#opensAt, opensAt);
      else if (this.#locked.delete(group)) this.#available.add(group);
    }
  }
}

/** Only the head of a group can be in flight: one receive takes at most ten messages. */
function groupOpensAt({ messages }: Group<Grouped>): number {
  let opensAt = 0;
  for (let at = 0; at < messages.length && at < MAX_BATCH; at += 1) {
    opensAt = Math.max(opensAt, messages[at]?.visibleAt ?? 0);
  }
  return opensAt;
}
