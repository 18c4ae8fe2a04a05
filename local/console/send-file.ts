import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';
import { mediaAnswer } from '../../lambda/reading/schemas.ts';
import type { Desk } from './desk.ts';
import { fileHeaders } from './headers.ts';
import { contactPath } from './reads.ts';

/** Of an answer of the store, what a browser wants to know of a part: Safari plays nothing that has none. */
const OF_A_PART = ['accept-ranges', 'content-range', 'content-length'];

/** Sends the file that came with a message, or the part asked for, from where it is stored: the page asks nobody but this server. */
export async function sendFile(
  { api }: Desk,
  asked: URLSearchParams,
  { headers: { range } }: Pick<IncomingMessage, 'headers'>,
  response: ServerResponse,
): Promise<void> {
  const [channel = '', contact = '', wamid = ''] = ['channel', 'contact', 'wamid'].map(
    (name) => asked.get(name) ?? '',
  );
  const path = `${contactPath(channel, contact)}/media/${encodeURIComponent(wamid)}`;
  const { url, mimeType } = await api.call({ method: 'GET', path }, mediaAnswer);
  if (url === null) throw new UnavailableError('that file is not stored');
  const { ok, status, headers, body } = await fetch(url, {
    headers: range === undefined ? {} : { range },
  });
  if (!ok || body === null) throw new UnavailableError(`that file cannot be read: ${status}`);
  const told = OF_A_PART.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  response.writeHead(status, { ...fileHeaders(mimeType ?? ''), ...Object.fromEntries(told) });
  await pipeline(body, response);
}
