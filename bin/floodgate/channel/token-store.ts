import { tokenParameter } from '../../../lambda/channels/token-parameter.ts';
import { awsJson, SSM } from '../../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../../lambda/shared/aws/request.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { findStack, reasonOf } from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { type Surroundings, UnavailableError, UsageError } from '../terminal/command.ts';

/** The tokens of a stack's channels, by the user's own rights. */
export interface TokenStore {
  readonly read: (channel: string) => Promise<string>;
  readonly write: (channel: string, token: string) => Promise<void>;
  /** Also where there is none. */
  readonly remove: (channel: string) => Promise<void>;
}

const TIMEOUT_MS = 10_000;

export async function openTokens(
  { api, stack: name }: ApiChoice,
  surroundings: Surroundings,
): Promise<TokenStore> {
  const { environment } = surroundings;
  if (name === undefined && (api ?? environment['FLOODGATE_API']) !== undefined) {
    throw new UsageError('tokens lie beside a stack, not behind its address: name it by --stack');
  }
  const stack = await findStack(name, surroundings);
  const path = stack.outputs.get('ChannelTokens');
  if (path === undefined) {
    throw new UnavailableError(`${stack.name} is of a release without channels: update it first`);
  }
  const service = await userService('ssm', stack.endpoints?.ssm, environment);
  const ssm = awsJson(service, SSM, { attempts: 3, timeoutMs: TIMEOUT_MS });
  const call = (operation: string, channel: string, input: object = {}) => {
    const Name = tokenParameter(path, channel);
    return ssm(operation, { Name, ...input }, AbortSignal.timeout(TIMEOUT_MS));
  };
  return {
    read: async (channel) => {
      const answer = await call('GetParameter', channel, { WithDecryption: true }).catch(
        untold(channel, 'read'),
      );
      return String(memberOf(memberOf(answer, 'Parameter'), 'Value'));
    },
    write: async (channel, Value) => {
      const input = { Value, Type: 'SecureString', Overwrite: true };
      await call('PutParameter', channel, input).catch(untold(channel, 'kept'));
    },
    remove: async (channel) => {
      await call('DeleteParameter', channel).catch((error: unknown) => {
        if (!isAbsent(error)) untold(channel, 'removed')(error);
      });
    },
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof AwsRequestError && error.name === 'ParameterNotFound';
}

function untold(channel: string, what: string): (error: unknown) => never {
  return (error) => {
    const mend = `npx floodgate channel update ${channel} --token-stdin`;
    const said = isAbsent(error)
      ? `there is no token of ${channel}: ${mend}`
      : `the token of ${channel} cannot be ${what}: ${reasonOf(error)}; then: ${mend}`;
    throw new UnavailableError(said, { cause: error });
  };
}
