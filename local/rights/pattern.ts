/** What a pattern of IAM's describes: `*` is any characters, `?` is one. */
export function expressionOf(pattern: string, flags = ''): RegExp {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, `s${flags}`);
}
