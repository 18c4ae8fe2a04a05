import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** A release of the functions: the one of this working tree, and one that writes newer envelopes. */
export type Release = 'current' | 'next';

const ROOT = join(import.meta.dirname, '../..');
const SIGNATURE = fileURLToPath(new URL('./signature-stand-in.ts', import.meta.url));
/** The clients of the SDK that functions have. */
export const SDK_CLIENTS = ['dynamodb', 'lambda', 's3', 'secrets-manager', 'sqs'].map(
  (service) => `@aws-sdk/client-${service}`,
);

const TRANSPORT = '@smithy/node-http-handler';
/** By which requests to one path are sent. */
export const POST = 'https-post';
/** Before the name of a module that handlers share. */
export const SHARED = 'shared:';
/** What the realm hands in, and what it does without. */
const EXTERNAL = [...SDK_CLIENTS, TRANSPORT, '@aws-lambda-powertools/*'];

const common: BuildOptions = {
  bundle: true,
  format: 'cjs',
  logLevel: 'silent',
  mainFields: ['module', 'main'],
  // Loading in the background would take real time.
  supported: { 'dynamic-import': false },
  platform: 'node',
  target: 'node24',
  write: false,
};

/** What a release of functions is made of. */
interface ReleaseBundles {
  /** All that handlers import of our own, with packages: exports each module by its name there. */
  readonly shared: string;
  /** Handlers alone, which hold all state, by the functions' names. */
  readonly handlers: ReadonlyMap<string, string>;
}

/** Functions' own code, in what each cold start loads anew and what it need not: modules without state. */
export async function bundleFunctions(
  names: readonly string[],
  release: Release,
): Promise<ReleaseBundles> {
  const imported = new Map<string, string>();
  const handlers = new Map<string, string>();
  for (const name of names) {
    const entry = handlerOf(name);
    const plugins = [modulesBeside(entry, imported)];
    handlers.set(name, await bundle({ entryPoints: [entry], external: EXTERNAL, plugins }));
  }
  const lines = [...imported].map(
    ([path, name]) => `export * as ${name} from ${JSON.stringify(path)};`,
  );
  const shared = await bundle({
    stdin: { contents: lines.join('\n'), resolveDir: ROOT },
    alias: { '@smithy/signature-v4': SIGNATURE },
    external: EXTERNAL,
    plugins: [stateless, ownRequests, ...(release === 'next' ? [nextEnvelope] : [])],
  });
  return { shared, handlers };
}

function handlerOf(name: string): string {
  const [file, ...others] = globSync(`lambda/*/${name}/handler.ts`, { cwd: ROOT });
  if (file === undefined || others.length > 0) throw new Error(`no one function named ${name}`);
  return join(ROOT, file);
}

/** A client of the SDK, which sends by the transport that is handed in. */
export async function bundleClient(name: string): Promise<string> {
  const contents = `export * from '${name}'`;
  return bundle({
    stdin: { contents, resolveDir: ROOT },
    alias: { '@smithy/signature-v4': SIGNATURE },
    external: [TRANSPORT],
  });
}

/** Leaves out what a handler imports of our own, and gives each a name. */
function modulesBeside(entry: string, imported: Map<string, string>): Plugin {
  return {
    name: 'modules-beside',
    setup: ({ onResolve, resolve }) => {
      onResolve({ filter: /^[.#]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (importer !== entry || pluginData === 'resolved') return undefined;
        const resolved = await resolve(path, {
          kind,
          resolveDir,
          importer,
          pluginData: 'resolved',
        });
        const name = imported.get(resolved.path) ?? `module${imported.size}`;
        imported.set(resolved.path, name);
        return { path: SHARED + name, external: true };
      });
    },
  };
}

/** What a module keeps between two cold starts would make them one. */
const STATE =
  /^(export )?(let |const \w+(: [^=]+)? = (new (Weak)?(Map|Set)(<[^(]*>)?\(\)|\[\]|\{\});?$)/m;

const stateless: Plugin = {
  name: 'stateless',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/lambda\/.*\.ts$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      if (STATE.test(contents)) throw new Error(`${path} has state, which only handlers may have`);
      return { contents, loader: 'ts' };
    });
  },
};

/** Requests that are signed and sent by adapters of our own. */
const ownRequests: Plugin = {
  name: 'own-requests',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/request-signer\.ts$/ }, () => ({ path: SIGNATURE }));
    onResolve({ filter: /\/https-post\.ts$/ }, () => ({ path: POST, external: true }));
  },
};

const nextEnvelope: Plugin = {
  name: 'next-envelope',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/envelope\.ts$/ }, ({ importer }) =>
      importer.endsWith('next-envelope.ts')
        ? undefined
        : { path: fileURLToPath(new URL('./next-envelope.ts', import.meta.url)) },
    );
  },
};

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({ ...common, ...options });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('nothing was bundled');
  return file.text;
}
