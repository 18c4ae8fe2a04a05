import * as z from 'zod/mini';
import { arn, functionArn, mappingArn } from '../account.ts';
import type { Secret } from '../aws/secrets-manager.ts';
import { queueArn } from '../sqs/queue-host.ts';
import type { Resource } from '../template/template.ts';
import { leadingKeysOf } from './condition.ts';
import type { Call } from './rights.ts';

/** What a request to a service needs rights for; its action is that of the API reference. */
export type CallsOf = (action: string, input: unknown) => readonly Call[];

const queueInput = z.object({
  QueueName: z.optional(z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  QueueUrl: z.optional(z.string()),
  SourceArn: z.optional(z.string()),
});
const tableInput = z.object({
  TableName: z.optional(z.string()),
  IndexName: z.optional(z.string()),
  RequestItems: z.optional(z.record(z.string(), z.unknown())),
});
const secretInput = z.object({ SecretId: z.optional(z.string()) });

/** No resource of ours, which no narrow right covers. */
const ANYTHING = '*';

/** A batch of an action needs the right of that action; to make a queue with tags needs that of tagging too. */
export const queueCalls: CallsOf = (action, input) => {
  const { QueueName, QueueUrl, SourceArn, tags } = queueInput.parse(input);
  const name = QueueName ?? QueueUrl?.slice(QueueUrl.lastIndexOf('/') + 1);
  const resource = name === undefined ? (SourceArn ?? ANYTHING) : queueArn(name);
  const isTagged = action === 'CreateQueue' && tags !== undefined;
  return [action.replace(/Batch$/, ''), ...(isTagged ? ['TagQueue'] : [])].map((one) => ({
    ...{ action: `sqs:${one}`, resource },
  }));
};

const mappingInput = z.object({
  UUID: z.optional(z.string()),
  FunctionName: z.optional(z.string()),
});

/**
 * A mapping, and as a condition the function that it is for; where it is to be for another one, that too.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function mappingCalls(functionOf: (uuid: string) => string | undefined): CallsOf {
  return (operation, input) => {
    const action = `lambda:${operation}`;
    if (operation === 'ListEventSourceMappings') return [{ action, resource: ANYTHING }];
    const { UUID, FunctionName } = mappingInput.parse(input);
    const resource = UUID === undefined ? ANYTHING : mappingArn(UUID);
    const current = UUID === undefined ? undefined : functionOf(UUID);
    const wanted = FunctionName === undefined ? undefined : functionArn(FunctionName);
    // A mapping that is not there is nobody's: Lambda says that, rather than who may do what with it.
    return [current, wanted].flatMap((ofFunction) =>
      ofFunction === undefined ? [] : [{ action, resource, functionArn: ofFunction }],
    );
  };
}

/** A table, or the index that is read; the tables of a batch. */
export const tableCalls: CallsOf = (action, input) => {
  const { TableName, IndexName, RequestItems = {} } = tableInput.parse(input);
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
  const resources = tables.map((table) => arn('dynamodb', `table/${table}${index}`));
  return (resources.length > 0 ? resources : [ANYTHING]).flatMap((resource) =>
    leadingKeysOf(input).map((leadingKey) => ({
      ...{ action: `dynamodb:${action}`, resource, leadingKey },
    })),
  );
};

export function secretCalls(secrets: readonly Pick<Secret, 'arn' | 'name'>[]): CallsOf {
  return (action, input) => {
    const { SecretId } = secretInput.parse(input);
    const secret = secrets.find(({ arn: id, name }) => id === SecretId || name === SecretId);
    return [{ action: `secretsmanager:${action}`, resource: secret?.arn ?? SecretId ?? ANYTHING }];
  };
}

const parameterInput = z.object({ Name: z.optional(z.string()) });

/** An ARN has no slash of its own before a name that begins with one. */
export const parameterCalls: CallsOf = (action, input) => {
  const name = parameterInput.parse(input).Name?.replace(/^\//, '');
  const resource = name === undefined ? ANYTHING : arn('ssm', `parameter/${name}`);
  return [{ action: `ssm:${action}`, resource }];
};

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  DELETE: 'DeleteObject',
  GET: 'GetObject',
  HEAD: 'GetObject',
  POST: 'PutObject',
  PUT: 'PutObject',
};

/** Deleting an upload gives it up; what else is done with one is writing an object. */
const UPLOAD = /[?&]uploadId=/;

/** S3 has methods and paths: `GET /bucket/key`. */
export const objectCalls: CallsOf = (method, path) => {
  const [, bucket = '', key = ''] = /^\/([^/?]*)\/?([^?]*)/.exec(z.string().parse(path)) ?? [];
  const object = decodeURIComponent(key);
  const isAbort = method === 'DELETE' && UPLOAD.test(String(path));
  const onObject = isAbort ? 'AbortMultipartUpload' : (OBJECT_ACTIONS[method] ?? method);
  const action = object === '' ? 'ListBucket' : onObject;
  const resource = `arn:aws:s3:::${[bucket, object].filter((part) => part !== '').join('/')}`;
  return [{ action: `s3:${action}`, resource }];
};

/** What Lambda does for an event source, by the function's role. */
export function pollingCalls(sourceArn: string): readonly Call[] {
  const [service, ...actions] = sourceArn.startsWith('arn:aws:sqs:')
    ? ['sqs', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
    : ['dynamodb', 'GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];
  return actions.map((action) => ({ action: `${service}:${action}`, resource: sourceArn }));
}

/** What Lambda does to write to a bucket what a function did not take. */
export function failureCalls(bucketArn: string, prefix: string): readonly Call[] {
  return [
    { action: 's3:PutObject', resource: `${bucketArn}/${prefix}` },
    { action: 's3:ListBucket', resource: bucketArn },
  ];
}

/** What Lambda does for the lines that a function writes, by the function's role. */
export function logCalls({ ref, LoggingConfig }: Resource<'function'>): readonly Call[] {
  const { LogGroup = `/aws/lambda/${ref}` } = LoggingConfig;
  const resource = arn('logs', `log-group:${LogGroup}:log-stream:local`);
  return ['CreateLogStream', 'PutLogEvents'].map((action) => ({
    ...{ action: `logs:${action}`, resource },
  }));
}
