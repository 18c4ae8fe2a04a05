import { onTestFinished } from 'vitest';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { buildAssembly } from '../../local/template/assembly.ts';

/** A local stack of its own for a test, on free ports, its functions cold; stopped when the test is over. */
export async function aLocalStack(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  const stack = await startLocalStack({
    assembly: await buildAssembly(),
    answersQuickly: false,
    ...options,
  });
  onTestFinished(async () => {
    await stack.stop();
  });
  return stack;
}
