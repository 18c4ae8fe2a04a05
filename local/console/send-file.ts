import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';
import { mediaAnswer } from '../../lambda/reading/schemas.ts';
import type { Desk } from './desk.ts';
import { fileHeaders } from './headers.ts';
import { contactPath } from './reads.ts';

/** Sends the file that came with a message, from where it is stored: the page asks nobody but this server. */
export async function sendFile(
  { api }: Desk,
  asked: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const [channel = '', contact = '', wamid = ''] = ['channel', 'contact', 'wamid'].map(
    (name) => asked.get(name) ?? '',
  );
  const path = `${contactPath(channel, contact)}/media/${encodeURIComponent(wamid)}`;
  const { url, mimeType } = await api.call({ method: 'GET', path }, mediaAnswer);
  if (url === null) throw new UnavailableError('that file is not stored');
  const { ok, status, body } = await fetch(url);
  if (!ok || body === null) throw new UnavailableError(`that file cannot be read: ${status}`);
  response.writeHead(200, fileHeaders(mimeType ?? ''));
  await pipeline(body, response);
}
