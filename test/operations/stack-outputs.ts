import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { LocalStack } from '../../local/stack.ts';
import { scopeOf } from '../../local/template/addresses.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { readAssembly } from '../../local/template/assembly-files.ts';
import { resolve } from '../../local/template/intrinsics.ts';

const schema = z.object({ Outputs: z.record(z.string(), z.object({ Value: z.unknown() })) });

/** The stack's outputs that have a meaning locally: not those of dashboards and the like. */
export async function stackOutputs({ queues }: LocalStack): Promise<Record<string, string>> {
  const directory = await buildAssembly();
  const { template } = readAssembly(directory);
  const file = readFileSync(join(directory, 'Floodgate.template.json'), 'utf8');
  const urlOf = (name: string) =>
    Object.values(queues).find((url) => url.endsWith(`/${name}`)) ?? '';
  const scope = scopeOf(template, 'the outputs', urlOf);
  const { Outputs } = schema.parse(JSON.parse(file));
  return Object.fromEntries(
    Object.entries(Outputs).flatMap(([name, { Value }]) => {
      try {
        return [[name, String(resolve(Value, scope))]];
      } catch {
        return [];
      }
    }),
  );
}
