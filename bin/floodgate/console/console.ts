import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type ConsoleOptions as ServedConsole,
  serveConsole,
} from '../../../local/console/serve-console.ts';
import { type LoopbackServer, listen } from '../../../local/loopback-server.ts';
import { openApi } from '../stack/api-client.ts';
import { findStack, reasonOf } from '../stack/deployed-stack.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { openDeployedDesk } from './deployed-desk.ts';
import { listeningTo } from './listening.ts';
import { type ConsoleOptions, type ConsoleTyped, readConsoleOptions } from './options.ts';

const KEY_BYTES = 24;

const WHY_NO_PORT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: choose another',
  EACCES: 'is not for you to open: choose one above 1023',
};

export async function consoleCommand(
  typed: ConsoleTyped,
  surroundings: Surroundings,
): Promise<number> {
  const options = readConsoleOptions(typed);
  const { stdout } = surroundings;
  const stack = await findStack(options.stack, surroundings);
  const say = (url: string, text: string) =>
    void stdout.write(options.isJson ? `${JSON.stringify({ stack: stack.name, url })}\n` : text);
  if (options.stack === undefined) {
    say(`${stack.api}/`, `The local stack serves its console: ${stack.api}/\n`);
    return 0;
  }
  using interrupt = onInterrupt();
  const { stderr } = surroundings;
  const onFault = (error: unknown) => void stderr.write(`error: ${reasonOf(error)}\n`);
  const api = () => openApi({ api: stack.api }, surroundings);
  const listening = listeningTo(stack, api, onFault);
  const openDesk = () => openDeployedDesk(stack, surroundings, listening);
  const key = randomBytes(KEY_BYTES).toString('base64url');
  const server = await serve({ openDesk, key, onFault }, options);
  const url = `${server.url}/#/?key=${key}`;
  say(url, `The console of ${stack.name}: ${url} — for your eyes only. Ctrl-C ends it.\n`);
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  await server.close();
  await listening.end();
  return 0;
}

async function serve(served: ServedConsole, { port }: ConsoleOptions): Promise<LoopbackServer> {
  const take = serveConsole(served);
  const server = createServer((request, response) => {
    if (!take(request, response)) response.writeHead(404).end();
  });
  return await listen(server, port).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = typeof code === 'string' ? WHY_NO_PORT[code] : undefined;
    if (why === undefined) throw error;
    throw new UnavailableError(`port ${port} ${why} with --port`);
  });
}
