import type { Acts, Reads } from '../answers.ts';
import { keyHeaders } from './key.ts';

/** What the server says that is wrong, for people. */
class Refused extends Error {
  override readonly name = 'Refused';
}

type Query = Readonly<Record<string, string>>;

/** Reads something. Rejects with `Refused`. */
export async function read<Name extends keyof Reads>(
  name: Name,
  query: Query,
  signal?: AbortSignal,
): Promise<Reads[Name]> {
  const path = `/console/read/${name}?${new URLSearchParams(query)}`;
  const headers = keyHeaders();
  return await answerOf(fetch(path, { headers, ...(signal !== undefined && { signal }) }));
}

/** Does something. Rejects with `Refused`. */
export async function act<Name extends keyof Acts>(name: Name, input: object): Promise<Acts[Name]> {
  const headers = { 'content-type': 'application/json', ...keyHeaders() };
  const request = { method: 'POST', headers, body: JSON.stringify(input) };
  return await answerOf(fetch(`/console/do/${name}`, request));
}

/** The server is of the same build, so that what it answers is what the types say. */
async function answerOf<Answer>(asked: Promise<Response>): Promise<Answer> {
  const response = await asked.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refused('Nothing answers any more. Is the stack still running?');
  });
  const json = await response.json().catch(() => ({}));
  if (response.ok) return json;
  throw new Refused(typeof json.error === 'string' ? json.error : `${response.status}`);
}

export function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
