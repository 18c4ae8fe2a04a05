import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import { text } from 'node:stream/consumers';

/**
 * A bot of `@builderbot/provider-meta`, in a process of its own: `node builder-bot.ts PORT`. Writes each
 * webhook that it took, a line each. The package is as it is published; only the framework that it
 * extends, a hundred megabytes of it, is left out.
 */

type Middleware = (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => void;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@builderbot/bot'
      ? { url: 'framework:bot', format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === 'framework:bot'
      ? { format: 'commonjs', shortCircuit: true, source: FRAMEWORK }
      : next(url, context),
});

const FRAMEWORK = `
  const { EventEmitter } = require('node:events');
  exports.ProviderClass = class extends EventEmitter {};
  exports.utils = { generateRefProvider: (name) => name };
`;

/** What of the package is used here. */
interface Bot {
  server: typeof chain;
  readonly initVendor: () => Promise<unknown>;
}

const require = createRequire(import.meta.url);
const {
  MetaProvider,
}: { MetaProvider: new (settings: object) => Bot } = require('@builderbot/provider-meta');

const routes = new Map<string, Middleware>();
const chain = {
  use: () => chain,
  get: () => chain,
  post: (path: string, handle: Middleware) => {
    routes.set(path, handle);
    return chain;
  },
};
const settings = { jwtToken: 'token', numberId: '1065', verifyToken: 'verify', version: 'v24.0' };
const provider = new MetaProvider(settings);
provider.server = chain;
await provider.initVendor();

const write = (told: unknown) => process.stdout.write(`${JSON.stringify(told)}\n`);

const server = createServer((request: IncomingMessage & { body?: unknown }, response) => {
  const answer = async () => {
    const body: unknown = JSON.parse(await text(request));
    response.once('finish', () => response.statusCode === 200 && write(body));
    Object.assign(request, { body, globalVendorArgs: settings });
    routes.get('/webhook')?.(request, response);
  };
  void answer();
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => write('ready'));
