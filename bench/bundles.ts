import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { esbuildOptions } from '../lib/shared/bundling.ts';

const ROOT = join(import.meta.dirname, '..');

const ENTRIES = {
  ingest: 'lambda/inbound/ingest/handler.ts',
  processor: 'lambda/inbound/processor/handler.ts',
  router: 'lambda/delivery/router/handler.ts',
  deliverer: 'lambda/delivery/deliverer/handler.ts',
  media: 'lambda/media/fetcher/handler.ts',
  archiver: 'lambda/archive/archiver/handler.ts',
  messages: 'lambda/sending/messages/handler.ts',
  sender: 'lambda/sending/sender/handler.ts',
  ticker: 'lambda/sending/ticker/handler.ts',
  checker: 'lambda/sending/checker/handler.ts',
  's3-payloads': 'lambda/table/s3-payloads.ts',
  load: 'bench/programs/load.ts',
  bareLoad: 'bench/programs/bare-load.ts',
  call: 'bench/programs/call.ts',
  warmCalls: 'bench/programs/warm-calls.ts',
  bareRequest: 'bench/programs/bare-request.ts',
  warmIngest: 'bench/programs/warm-ingest.ts',
  warmProcessor: 'bench/programs/warm-processor.ts',
  check: 'bench/programs/check.ts',
  warmSender: 'bench/programs/warm-sender.ts',
} as const;

type Name = keyof typeof ENTRIES;

export interface Bundles extends Disposable {
  readonly directory: string;
  readonly path: (name: Name) => string;
  readonly kilobytes: (name: Name) => number;
}

/** Bundles the functions as they are deployed, and beside them the programs that measure them. */
export async function buildBundles(): Promise<Bundles> {
  const directory = mkdtempSync(join(tmpdir(), 'floodgate-bench-'));
  const path = (name: Name) => join(directory, `${name}.mjs`);
  await build({
    ...esbuildOptions,
    absWorkingDir: ROOT,
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ in: join(ROOT, file), out })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
  });
  return {
    directory,
    path,
    kilobytes: (name) => statSync(path(name)).size / 1024,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
