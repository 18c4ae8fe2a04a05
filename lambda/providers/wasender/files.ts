import { isRecord, memberOf } from '../../shared/json/json-source.ts';
import type { MediaKind } from '../media-kind.ts';
import type { OpenedMessage } from './opened.ts';

const FILE_MEMBERS: Readonly<Record<string, MediaKind>> = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
};

/** Messages with buttons, above which a file may stand. */
const HEADED_MEMBERS = new Set(['templateMessage', 'buttonsMessage', 'interactiveMessage']);

export interface HeldFile {
  readonly kind: MediaKind;
  readonly content: object;
}

/** The file that an opened message is, or that stands above its buttons. */
export function fileIn({ member, content }: OpenedMessage): HeldFile | undefined {
  if (!HEADED_MEMBERS.has(member)) return fileOf(member, content);
  for (const holder of headersOf(content)) {
    const file = fileAmong(holder);
    if (file !== undefined) return file;
  }
  return undefined;
}

function fileOf(member: string, content: unknown): HeldFile | undefined {
  const kind = Object.hasOwn(FILE_MEMBERS, member) ? FILE_MEMBERS[member] : undefined;
  return kind !== undefined && isRecord(content) ? { kind, content } : undefined;
}

function fileAmong(holder: unknown): HeldFile | undefined {
  return Object.keys(FILE_MEMBERS)
    .map((member) => fileOf(member, memberOf(holder, member)))
    .find((file) => file !== undefined);
}

function headersOf(content: unknown): readonly unknown[] {
  return [content, memberOf(content, 'header'), ...templatesOf(content)];
}

/** What a template's message is written in: a template that is filled in. */
export function templatesOf(content: unknown): readonly unknown[] {
  const interactive = memberOf(content, 'interactiveMessageTemplate');
  return [
    memberOf(content, 'hydratedTemplate'),
    memberOf(content, 'hydratedFourRowTemplate'),
    memberOf(interactive, 'header'),
  ].filter((template) => template !== undefined);
}
