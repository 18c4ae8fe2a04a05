import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CallAws } from '../lambda/adapters/aws-json.ts';
import { refusal } from '../lambda/adapters/aws-request.ts';
import type { RunningStack } from './local-stack.ts';

/** Looks like a signature, which the emulator does not verify. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local';

/**
 * Calls the table of a local stack.
 *
 * Without signing, which would take as much of the machine as what is measured.
 */
export function stackTable({ tableEndpoint }: RunningStack): CallAws {
  const agent = new Agent({ keepAlive: true });
  return async (operation, input, signal) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: AUTHORIZATION,
    };
    const { statusCode = 0, body } = await new Promise<Answer>((resolve, reject) => {
      const sent = request(
        tableEndpoint,
        { method: 'POST', agent, headers, signal },
        (response) => {
          text(response).then((body) => resolve({ statusCode: response.statusCode, body }), reject);
        },
      );
      sent.on('error', reject).end(JSON.stringify(input));
    });
    if (statusCode !== 200) throw refusal('dynamodb', statusCode, body);
    return JSON.parse(body);
  };
}

interface Answer {
  readonly statusCode: number | undefined;
  readonly body: string;
}
