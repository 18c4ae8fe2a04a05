import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnavailableError, UsageError } from '../../bin/floodgate/terminal/command.ts';
import type { RequestTaker } from '../http/front.ts';
import { splitUrl } from '../http/routes.ts';
import { readBody } from '../loopback-server.ts';
import { ACTS, type AnyAct } from './acts.ts';
import type { Acts, Reads } from './answers.ts';
import type { Desk } from './desk.ts';
import { admit } from './guard.ts';
import { PAGE_HEADERS } from './headers.ts';
import { isPageFile, type PageFiles, typeOf } from './page-file.ts';
import { pageFiles } from './page-files.ts';
import { type ConsolePath, consolePath, KEY_HEADER } from './paths.ts';
import { READS } from './reads.ts';
import { sendFile } from './send-file.ts';

export interface ConsoleOptions {
  /** Asked for when somebody looks for the first time. */
  readonly openDesk: () => Promise<Desk>;
  /** Without it nothing is read or done, so that other users of the machine see nothing. @default none is asked for */
  readonly key?: string;
  /** Tells whoever runs it of a fault that is ours. */
  readonly onFault: (error: unknown) => void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const MAX_BODY_BYTES = 256 * 1024;

/** Serves the page at `/`, and what it asks for under `/console/`. */
export function serveConsole({ openDesk, key, onFault }: ConsoleOptions): RequestTaker {
  const desk = once(openDesk);
  const files = once(pageFiles);

  async function answer(
    { kind, name }: ConsolePath,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const asked = new URLSearchParams(splitUrl(request).query);
    if (kind === 'file') {
      await sendFile(await desk(), asked, request, response);
      return;
    }
    const found =
      kind === undefined
        ? pageFile(name === '' ? 'index.html' : name, await files())
        : await work(kind, name, { asked, request, desk });
    send(response, found);
  }

  return (request, response) => {
    const { path } = splitUrl(request);
    const asked = consolePath(path);
    if (asked === undefined) return false;
    const admission = admit(senderOf(request, path), request.socket.localPort ?? 0);
    if (!admission.ok) {
      send(response, json(403, { error: admission.reason }));
      return true;
    }
    // The page itself is the same for all, and has to be there to bring the key.
    if (asked.kind !== undefined && key !== undefined && !isKey(keyIn(request), key)) {
      send(response, json(403, { error: KEY_IS_MISSING }));
      return true;
    }
    answer(asked, request, response).catch((error) => {
      if (!isExpected(error) && !isLeft(error)) onFault(error);
      if (response.headersSent) response.destroy();
      else send(response, refusal(error));
    });
    return true;
  };
}

/** What was made once is there for all; what failed is tried again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

const KEY_IS_MISSING =
  'this console is shown to whoever has its key: open the address that was printed where it was started';

/** A picture cannot be asked for with a header. */
function keyIn(request: IncomingMessage): string {
  const inHeader = request.headers[KEY_HEADER];
  if (typeof inHeader === 'string') return inHeader;
  return new URLSearchParams(splitUrl(request).query).get('key') ?? '';
}

function isKey(given: string, key: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(given), digest(key));
}

function senderOf({ method = '', headers }: IncomingMessage, path: string) {
  const site = headers['sec-fetch-site'];
  return {
    ...{ method, path, host: headers.host, origin: headers.origin },
    fetchSite: typeof site === 'string' ? site : undefined,
  };
}

function pageFile(name: string, files: PageFiles): Answer {
  return isPageFile(name)
    ? { status: 200, type: typeOf(name), body: files[name] }
    : json(404, { error: `there is no ${name}` });
}

interface Wish {
  readonly asked: URLSearchParams;
  readonly request: IncomingMessage;
  readonly desk: () => Promise<Desk>;
}

async function work(kind: string, name: string, { asked, request, desk }: Wish): Promise<Answer> {
  const isReading = kind === 'read';
  if (isReading !== (request.method === 'GET')) {
    return json(405, {
      error: isReading ? 'what is read is read by GET' : 'what is done is done by POST',
    });
  }
  if (isReading && isRead(name)) {
    return json(200, await READS[name](await desk(), (parameter) => asked.get(parameter) ?? ''));
  }
  const act = isReading ? undefined : actOf(name);
  if (act === undefined) return json(404, { error: `there is no ${name}` });
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return json(413, { error: 'that is too long' });
  return json(200, await act(await desk(), parse(String(body))));
}

function isRead(name: string): name is keyof Reads {
  return Object.hasOwn(READS, name);
}

function isAct(name: string): name is keyof Acts {
  return Object.hasOwn(ACTS, name);
}

function actOf(name: string): AnyAct<unknown> | undefined {
  return isAct(name) ? ACTS[name] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the user can mend, or has to wait for; all else is a mistake of ours. */
function isExpected(error: unknown): error is UsageError | UnavailableError {
  return error instanceof UsageError || error instanceof UnavailableError;
}

/** Whoever asked for a file waits for the rest of it no longer: a video that is not looked at to its end. */
function isLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** In words for whoever looks at the page. */
function refusal(error: unknown): Answer {
  if (!isExpected(error)) {
    return json(500, { error: 'the console made a mistake; where it was started stands which' });
  }
  return json(error instanceof UsageError ? 400 : 503, { error: error.message });
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': type, 'content-length': length });
  response.end(body);
}
