import { buildAssembly } from '../../local/template/assembly.ts';

/** Before the first test: none should run out of time because it waits for the build. */
export async function setup(): Promise<void> {
  await buildAssembly();
}
