import { firstOf } from './read.ts';
import type { Content } from './schema.ts';

/** The words of a content: what was written, chosen or named; null where there are none. */
export function wordsOfContent(content: Content): string | null {
  switch (content.kind) {
    case 'text':
    case 'order':
    case 'system':
      return content.text;
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return content.caption ?? content.fileName;
    case 'choice':
      return content.title ?? content.id;
    case 'flow':
      return content.text ?? content.name;
    case 'location':
      return content.name ?? content.address;
    case 'contacts':
      return content.contacts.map(({ name }) => name ?? '').join(', ') || null;
    case 'payment':
      return content.status;
    case 'call-permission':
      return content.response;
    case 'reaction':
      return content.emoji;
    case 'edited':
      return wordsOfContent(content.content);
    case 'deleted':
      return null;
    default:
      return content.type;
  }
}

const EXCERPT = 80;

/** The first characters of a content's words. */
export function excerptOf(content: Content): string | null {
  const words = wordsOfContent(content);
  return words === null ? null : firstOf(words, EXCERPT);
}
