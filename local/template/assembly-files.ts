import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.optional(z.object({ templateFile: z.optional(z.string()) })),
    }),
  ),
});
const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.optional(z.string()) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});
const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
      Condition: z.optional(z.string()),
    }),
  ),
  Parameters: z._default(z.record(z.string(), z.object({ Default: z.optional(z.string()) })), {}),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
});

export type Template = z.output<typeof templateSchema>;

export interface AssemblyFiles {
  readonly template: Template;
  /** Folder of an asset by its key in the assets bucket. */
  readonly assetFolder: (objectKey: string) => string | undefined;
}

/** Reads the one stack of a cloud assembly, which is what `cdk synth` writes. */
export function readAssembly(directory: string): AssemblyFiles {
  const readJson = (file: string): unknown =>
    JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { artifacts } = manifestSchema.parse(readJson('manifest.json'));
  const stacks = Object.entries(artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new Error(`the app has ${stacks.length} stacks, and the local stack runs one`);
  }
  const [name, { properties }] = stack;
  const assets = assetsSchema.parse(readJson(`${name}.assets.json`));
  const folders = new Map(
    Object.values(assets.files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(
        ({ objectKey }) => [objectKey, join(directory, source.path ?? '')] as const,
      ),
    ),
  );
  return {
    template: templateSchema.parse(readJson(properties?.templateFile ?? `${name}.template.json`)),
    assetFolder: (objectKey) => folders.get(objectKey),
  };
}
