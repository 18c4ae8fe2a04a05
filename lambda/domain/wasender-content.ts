import { isRecord } from './json-source.ts';

const TEXT_MEMBERS = new Set(['conversation', 'extendedTextMessage']);

/** Members that accompany a message's content and are none themselves. */
const CONTEXT_MEMBERS = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);

/**
 * The type of a message in Meta's words, from the member that holds its content: `imageMessage` is
 * `image`. `placeholder` where there is none: it may come later.
 */
export function messageType(content: unknown): string {
  if (!isRecord(content)) return 'placeholder';
  const member = Object.keys(content).find((key) => !CONTEXT_MEMBERS.has(key));
  if (member === undefined) return 'placeholder';
  return TEXT_MEMBERS.has(member) ? 'text' : member.replace(/Message$/, '').slice(0, 64);
}
