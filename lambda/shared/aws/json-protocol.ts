import { AwsRequestError, awsSender, type Patience } from './request.ts';
import type { AwsService } from './service.ts';

/**
 * Calls an operation by the name that the API reference has. Resolves with its output; rejects as
 * `SendToAws` does.
 */
export type CallAws = (operation: string, input: object, signal: AbortSignal) => Promise<unknown>;

/**
 * A service that speaks AWS's JSON protocol.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function awsJson(
  service: AwsService,
  { target, version }: { readonly target: string; readonly version: '1.0' | '1.1' },
  patience: Patience,
): CallAws {
  const send = awsSender(service, patience);
  const contentType = `application/x-amz-json-${version}`;
  return async (operation, input, signal) => {
    const headers = { 'content-type': contentType, 'x-amz-target': `${target}.${operation}` };
    return parse(service, await send({ headers, body: JSON.stringify(input) }, signal));
  };
}

/** Without the words of a `SyntaxError`, which quotes what it could not read. */
function parse({ name }: AwsService, answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    throw new AwsRequestError(name, 'an answer that is no JSON');
  }
}

export const SQS = { target: 'AmazonSQS', version: '1.0' } as const;
export const DYNAMODB = { target: 'DynamoDB_20120810', version: '1.0' } as const;
export const SSM = { target: 'AmazonSSM', version: '1.1' } as const;
export const SECRETS_MANAGER = { target: 'secretsmanager', version: '1.1' } as const;
