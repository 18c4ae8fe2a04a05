/**
 * What a wamid of Meta's names. Behind `wamid.` it is base64 of a small record: the user of the chat
 * (phone or BSUID), who wrote (`0x11`: us, `0x12`: them), and the message's token. Meta names one
 * message by other users in other places, and by the other side; its token is the same everywhere.
 *
 * Found out by decoding: Meta documents wamids as opaque, so whatever does not read so is taken whole.
 */
interface Wamid {
  readonly user: string;
  /** What stands between user and token: the kind of user, and who wrote. */
  readonly between: Buffer;
  readonly token: string;
}

const PREFIX = 'wamid.';
const RECORD = 0x1c;
const TEXT = 0x18;
const END = 0x00;
/** A user's length takes two bytes from here on. */
const LONG = 0x80;
/** Longer than anything seen between user and token. */
const MAX_BETWEEN = 16;

/** What stands between: kind of user (1 for phones, 10 for BSUIDs, as far as seen), end, who wrote. */
const KIND_OF_PHONE = 0x02;
const KIND_OF_USER_ID = 0x14;
const KINDS_OF_USER = [KIND_OF_PHONE, KIND_OF_USER_ID];
const WRITERS = [0x11, 0x12];

function readWamid(wamid: string): Wamid | undefined {
  if (!wamid.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(wamid.slice(PREFIX.length), 'base64');
  if (bytes[0] !== RECORD || bytes[1] !== TEXT) return undefined;
  const user = textAt(bytes, 2);
  if (user === undefined || !/^[\w.:@+-]+$/.test(user.text)) return undefined;
  const token = tokenAfter(bytes, user.end);
  if (token === undefined) return undefined;
  return { user: user.text, between: bytes.subarray(user.end, token.at), token: token.text };
}

/** The text that ends the record. */
function tokenAfter(bytes: Buffer, from: number): { text: string; at: number } | undefined {
  for (let at = from; at <= from + MAX_BETWEEN; at += 1) {
    const token = bytes[at] === TEXT ? textAt(bytes, at + 1) : undefined;
    if (token !== undefined && isEnd(bytes, token.end)) return { text: token.text, at };
  }
  return undefined;
}

function textAt(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  const low = bytes[at];
  const high = bytes[at + 1] ?? 0;
  if (low === undefined || low === 0) return undefined;
  const [start, length] = low < LONG ? [at + 1, low] : [at + 2, (low & (LONG - 1)) + high * LONG];
  const end = start + length;
  return end > bytes.length ? undefined : { text: bytes.toString('utf8', start, end), end };
}

function isEnd(bytes: Buffer, at: number): boolean {
  return at === bytes.length || (at === bytes.length - 1 && bytes[at] === END);
}

/** The user whom a wamid names; undefined where it cannot be read. */
export function userOfWamid(wamid: string): string | undefined {
  return readWamid(wamid)?.user;
}

/** What is the same in all wamids of a message: the token, or all of a wamid that cannot be read. */
export function tokenOf(wamid: string): string {
  return readWamid(wamid)?.token ?? wamid;
}

/**
 * The wamid that a message is expected to have for a user, one for each: so that whatever else it has, it
 * can be told by this. Undefined where the given one cannot be read.
 */
export function wamidFor(wamid: string, user: string): string | undefined {
  const read = readWamid(wamid);
  if (read === undefined) return undefined;
  const kind = /^\d+$/.test(user) ? KIND_OF_PHONE : KIND_OF_USER_ID;
  return writeWamid({ user, between: betweenOf(kind, sideOf(read)), token: read.token });
}

/** Who wrote, as a wamid says. */
function sideOf({ between }: Wamid): number {
  return between.at(-1) ?? 0;
}

function betweenOf(kind: number, side: number): Buffer {
  return Buffer.of(0x15, kind, END, side);
}

/**
 * The wamids by which a message may be named for other users, as far as they can be made: not the
 * given one. None where it cannot be read.
 *
 * @param writers who may have written it by the wamid: as in the given one, or either side
 */
export function otherWamids(
  wamid: string,
  users: readonly string[],
  writers: 'same' | 'either' = 'same',
): readonly string[] {
  const read = readWamid(wamid);
  if (read === undefined) return [];
  const betweens = betweensOf(read, writers);
  const others = writers === 'same' ? users.filter((user) => user !== read.user) : users;
  const made = others.flatMap((user) =>
    betweens.map((between) => writeWamid({ user, between, token: read.token })),
  );
  return [...new Set(made)].filter((other) => other !== wamid);
}

function betweensOf(read: Wamid, writers: 'same' | 'either'): readonly Buffer[] {
  const own = sideOf(read);
  const sides = writers === 'same' ? [own] : [own, ...WRITERS];
  const made = sides.flatMap((side) => [
    Buffer.concat([read.between.subarray(0, -1), Buffer.of(side)]),
    ...KINDS_OF_USER.map((kind) => betweenOf(kind, side)),
  ]);
  return [...new Map(made.map((bytes) => [bytes.toString('hex'), bytes])).values()];
}

function writeWamid({ user, between, token }: Wamid): string {
  const bytes = Buffer.concat([
    Buffer.of(RECORD, TEXT),
    text(user),
    between,
    Buffer.of(TEXT),
    text(token),
    Buffer.of(END),
  ]);
  return `${PREFIX}${bytes.toString('base64')}`;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const { length } = bytes;
  const size = length < LONG ? [length] : [(length % LONG) + LONG, Math.floor(length / LONG)];
  return Buffer.concat([Buffer.from(size), bytes]);
}
