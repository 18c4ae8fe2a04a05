import { type Finding, judged } from '../../../lambda/channels/finding.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { StackAddress } from '../stack/deployed-stack.ts';

const MEND = 'deploy this version with npx cdk deploy, or use the command of that one';

/** Of a stack in AWS: whether this command is of its version. */
export function checkVersion({
  endpoints,
  outputs,
}: Pick<StackAddress, 'endpoints' | 'outputs'>): readonly Finding[] {
  if (endpoints !== undefined) return [];
  const { version } = packageJson;
  const deployed = outputs.get('Version') ?? 'of a version that says nothing of itself';
  const found = `the stack is ${deployed}, this command ${version}`;
  return [judged('version', deployed === version, found, MEND)];
}
