/** What a client of the SDK does with a request that is of no consequence to who gets it. */
const NEEDLESS = [
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
  'loggerMiddleware',
  'recursionDetectionMiddleware',
];

interface Client {
  readonly middlewareStack: { readonly remove: (name: string) => boolean };
}

/**
 * The client, less half of its middleware: serialization, retries, timeouts, the parsing of answers
 * and errors stay. A simulated call takes half the time then.
 */
export function leanClient(client: unknown): unknown {
  if (!isClientClass(client)) throw new Error('no client of the SDK');
  return class extends client {
    constructor(...parameters: readonly unknown[]) {
      super(...parameters);
      for (const name of NEEDLESS) {
        if (!this.middlewareStack.remove(name)) throw new Error(`the SDK has no ${name} any more`);
      }
    }
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what a class that is extended must be declared with.
function isClientClass(value: unknown): value is new (...parameters: any[]) => Client {
  return typeof value === 'function';
}
