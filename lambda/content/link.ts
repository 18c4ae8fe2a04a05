const LINK = /https?:\/\/\S+/i;

/** What ends a sentence around a link, or opens one, and no link. */
const AFTER = new Set('.,;:!?\'"»”’…*_~>]}');

/** The first link of a text, without what the sentence around it has behind it; null where there is none. */
export function linkIn(text: string): string | null {
  const [found = ''] = LINK.exec(text) ?? [];
  // A link has brackets of its own, such as those of Wikipedia.
  let open = found.split('(').length - found.split(')').length;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found[end - 1] ?? '';
    if (last === ')' && open < 0) open += 1;
    else if (!AFTER.has(last)) break;
  }
  const link = found.slice(0, end);
  return link.endsWith('//') || link === '' ? null : link;
}
