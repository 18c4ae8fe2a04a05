import { csvRows } from './csv-rows.ts';
import { decoded } from './decoded.ts';
import { FileFault } from './file-fault.ts';
import { ndjsonRows } from './ndjson-rows.ts';
import { MAX_ROW_LENGTH, type RecipientRows } from './rows.ts';
import { unpacked } from './unpacked.ts';

/**
 * Reads a file of recipients as one stream: CSV or NDJSON, by what it begins with. Throws a `FileFault` on
 * what is neither, or has no rows.
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes?: number,
): Promise<RecipientRows> {
  const texts = withoutEmpty(decoded(unpacked(bytes, maxBytes)));
  const { value: first } = await texts.next();
  if (first === undefined) throw new FileFault('the file is empty');
  const all = from(first, texts);
  const begins = first.trimStart();
  if (begins.startsWith('[')) {
    throw new FileFault('the file is an array of JSON: a line for each object is wanted (NDJSON)', {
      row: 1,
    });
  }
  return begins.startsWith('{') ? await ndjsonRows(all) : await csvRows(all);
}

async function* from(first: string, texts: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* texts;
}

/** What is nothing but white space at the beginning tells nothing. */
async function* withoutEmpty(texts: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let before = '';
  let isBegun = false;
  for await (const text of texts) {
    if (isBegun) yield text;
    else {
      before += text;
      if (before.trim() === '' && before.length < MAX_ROW_LENGTH) continue;
      isBegun = true;
      yield before;
    }
  }
  return undefined;
}
