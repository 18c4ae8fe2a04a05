import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import { refusal } from '../lambda/shared/aws/request.ts';
import { REGION } from '../local/account.ts';
import { canonicalRequest, scopedSigner, sha256 } from '../local/signature/canonical.ts';
import { LOCAL_SECRET_ACCESS_KEY } from '../local/signature/check.ts';
import type { RunningStack } from './local-stack.ts';

/**
 * Calls the table of a local stack.
 *
 * Without the SDK, which would take as much of the machine as what is measured.
 */
export function stackTable({ tableEndpoint }: RunningStack): CallAws {
  const agent = new Agent({ keepAlive: true });
  const sign = dynamoDbSigner(new URL(tableEndpoint).host);
  return async (operation, input, signal) => {
    const content = JSON.stringify(input);
    const headers = sign(`DynamoDB_20120810.${operation}`, content);
    const { statusCode = 0, body } = await new Promise<Answer>((resolve, reject) => {
      const sent = request(
        tableEndpoint,
        { method: 'POST', agent, headers, signal },
        (response) => {
          text(response).then((body) => resolve({ statusCode: response.statusCode, body }), reject);
        },
      );
      sent.on('error', reject).end(content);
    });
    if (statusCode !== 200) throw refusal('dynamodb', statusCode, body);
    return JSON.parse(body);
  };
}

/** Headers of a signed request. The key is derived once a day, which is most of the work. */
function dynamoDbSigner(host: string) {
  let known = { scope: '', sign: (_: string) => '' };
  return (target: string, content: string) => {
    const date = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const scope = `${date.slice(0, 8)}/${REGION}/dynamodb/aws4_request`;
    if (known.scope !== scope)
      known = { scope, sign: scopedSigner(LOCAL_SECRET_ACCESS_KEY, scope) };
    const signed = { host, 'x-amz-date': date, 'x-amz-target': target };
    const signedHeaders = Object.keys(signed);
    const canonical = canonicalRequest(
      { method: 'POST', url: '/', rawHeaders: Object.entries(signed).flat() },
      { isS3: false, signedHeaders, payloadHash: sha256(content) },
    );
    const signature = known.sign(['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'));
    return {
      ...signed,
      'content-type': 'application/x-amz-json-1.0',
      authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
    };
  };
}

interface Answer {
  readonly statusCode: number | undefined;
  readonly body: string;
}
