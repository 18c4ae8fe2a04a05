import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import * as z from 'zod/mini';
import { buildAssembly } from '../../local/template/assembly.ts';

const TEMPLATE = 'Floodgate.template.json';

const statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
const policy = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(statement) }),
});
const schema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

/** The app's assembly without one action in the policy of a role. Returns its folder. */
export async function alteredAssembly(role: string, action: string): Promise<string> {
  const built = await buildAssembly();
  const folder = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of await readdir(built)) {
    if (file !== TEMPLATE) await symlink(join(built, file), join(folder, file));
  }
  const template = schema.parse(JSON.parse(await readFile(join(built, TEMPLATE), 'utf8')));
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (!logicalId.startsWith(role) || resource.Type !== 'AWS::IAM::Policy') continue;
    const properties = policy.parse(resource.Properties);
    for (const one of properties.PolicyDocument.Statement) {
      one.Action = [one.Action].flat().filter((name) => name !== action);
    }
    resource.Properties = properties;
  }
  await writeFile(join(folder, TEMPLATE), JSON.stringify(template));
  return folder;
}
