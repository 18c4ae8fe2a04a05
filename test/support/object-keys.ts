/**
 * Keys of every shape that the functions make, or that something a provider says could end up in:
 * each is written in a path, and signed, in another way.
 */
export const OBJECT_KEYS: Readonly<Record<string, string>> = {
  'of the archive, with equals signs': 'events/dt=2026-11-29/hour=06/0-9f.ndjson.gz',
  'of a payload, with the end of a base64': 'payloads/wamid.HBgLNDk=.json',
  'of a file': 'media/default/message.a-B_9',
  'with a space': 'media/default/a b  c',
  'with a plus': 'media/default/a+b++c',
  'with a percent sign': 'media/default/100%/a%20b%',
  'with an emoji': 'media/default/¿Sí? 😀',
  'with all other marks': "media/default/!'()*:@&$,;~._-",
  'with a question mark and a hash': 'media/default/?uploads#x',
  'of 1,024 bytes': ofBytes(1024),
};

/** In parts that a file system takes for names. */
function ofBytes(size: number): string {
  const part = `/${'é=+ %'.repeat(30)}`;
  const begun = `media/default${part.repeat(5)}/`;
  return begun + 'k'.repeat(size - Buffer.byteLength(begun));
}
