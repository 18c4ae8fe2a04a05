import { Stack, Validations } from 'aws-cdk-lib';
import { tokensPath } from '../../lambda/channels/token-parameter.ts';
import { allow } from '../shared/allow.ts';
import type { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';

/** Lets a function read the tokens of all channels. */
export function allowTokens(grantee: ServiceFunction, { name }: Stage, reason: string): void {
  // Channels are added without a deployment. The default key of Parameter Store asks for no right of its own.
  const resourceName = `${tokensPath(name).slice(1)}/*`;
  const arn = Stack.of(grantee).formatArn({ service: 'ssm', resource: 'parameter', resourceName });
  allow(grantee.function, ['ssm:GetParameter'], [arn]);
  Validations.of(grantee).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/${resourceName}]`,
    reason,
  });
}
