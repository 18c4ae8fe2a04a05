import { buildAssembly } from '../../local/template/assembly.ts';

let built: Promise<unknown> = Promise.resolve();

/**
 * Begins to build the app before the first test, beside those that need no build: then hardly one of
 * the others waits for it. The first that wants a stack tells of a fault.
 */
export function setup(): void {
  built = buildAssembly().catch(() => undefined);
}

/** A build that is cut off would keep the next one waiting. */
export async function teardown(): Promise<void> {
  await built;
}
