import { awsJson, type CallAws, DYNAMODB } from '../lambda/adapters/aws-json.ts';
import type { RunningStack } from './local-stack.ts';

/** Calls the table of a local stack, as its functions do. */
export function stackTable({ tableEndpoint: url }: RunningStack): CallAws {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const service = { name: 'dynamodb', region: 'us-east-1', url, credentials };
  return awsJson(service, DYNAMODB, { attempts: 1, timeoutMs: 20_000 });
}
