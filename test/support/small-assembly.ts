import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

interface SmallResource {
  readonly Type: string;
  readonly Properties?: object;
}

/**
 * A cloud assembly with these resources and one function, `Function`, of this handler: what a template may
 * have, whatever the app has. Returns its folder.
 */
export async function smallAssembly(
  resources: Readonly<Record<string, SmallResource>>,
  handler: string,
  statements: readonly object[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const code = join(folder, 'asset.code');
  await mkdir(code);
  await writeFile(join(code, 'index.mjs'), handler);
  const write = (file: string, content: object) =>
    writeFile(join(folder, file), JSON.stringify(content));
  const properties = { templateFile: 'Small.template.json' };
  await write('manifest.json', {
    artifacts: { Small: { type: 'aws:cloudformation:stack', properties } },
  });
  const source = { path: 'asset.code' };
  await write('Small.assets.json', {
    files: { code: { source, destinations: { here: { objectKey: 'code.zip' } } } },
  });
  await write('Small.template.json', {
    Resources: { ...resources, ...functionResources(statements) },
  });
  return folder;
}

function functionResources(statements: readonly object[]): Record<string, SmallResource> {
  const logs = {
    ...{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  };
  return {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{ Code: { S3Key: 'code.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    Role: { Type: 'AWS::IAM::Role' },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyDocument: { Statement: [logs, ...statements] },
        Roles: [{ Ref: 'Role' }],
      },
    },
  };
}
