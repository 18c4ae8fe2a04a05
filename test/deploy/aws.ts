import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Emulator } from './emulator.ts';

interface Call {
  readonly method?: 'DELETE' | 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Service to sign for, as the account's owner. */
  readonly signedFor?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The services as an operator reaches them. */
export interface Aws {
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
  /** A call of CloudFormation's, answered in XML. */
  readonly cloudFormation: (action: string, parameters: Record<string, string>) => Promise<Answer>;
  /** Calls a URL of the stack's outputs, at the emulator's address, whatever DNS says of its name. */
  readonly call: (url: string, call?: Call) => Promise<Answer>;
}

export function openAws(emulator: Emulator): Aws {
  const { endpoint, credentials, region, certificate } = emulator;
  if (certificate !== undefined) {
    setDefaultCACertificates([...getCACertificates('default'), certificate]);
  }
  const client = { endpoint: endpoint.origin, credentials, region };
  const call: Aws['call'] = async (address, given = {}) => {
    const url = new URL(address);
    return send(endpoint, url, given, await headersOf(url, given, emulator));
  };
  return {
    dynamodb: new DynamoDBClient(client),
    lambda: new LambdaClient(client),
    s3: new S3Client({ ...client, forcePathStyle: true }),
    secrets: new SecretsManagerClient(client),
    sqs: new SQSClient(client),
    call,
    cloudFormation: (action, parameters) =>
      call(`${endpoint.origin}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters })),
        signedFor: 'cloudformation',
      }),
  };
}

function send(
  endpoint: URL,
  url: URL,
  { method = 'GET', body = '' }: Call,
  headers: Record<string, string>,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = endpoint;
  const secure = url.protocol === 'https:';
  const options = {
    ...{ hostname, port, method, headers, path: url.pathname + url.search },
    // Node.js would take the `host` header, which is the API's own name.
    ...(secure && { servername: isIP(hostname) === 0 ? hostname : '' }),
  };
  const request = (secure ? requestHttps : requestHttp)(options, (response) => {
    response.setEncoding('utf8').on('error', reject);
    let text = '';
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
  });
  request.once('error', reject).end(body);
  return promise;
}

async function headersOf(url: URL, call: Call, emulator: Emulator) {
  const headers = { ...call.headers, host: url.host };
  if (call.signedFor === undefined) return headers;
  const { region, credentials } = emulator;
  const signer = new SignatureV4({ service: call.signedFor, region, credentials, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      ...{ method: call.method ?? 'GET', protocol: url.protocol, hostname: url.hostname, headers },
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: call.body,
    }),
  );
  return { ...headers, ...signed.headers };
}
