/** Where the local resources seem to be. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The change stream of a table. Its label is when it was enabled. */
export function streamArn(tableName: string): string {
  return arn('dynamodb', `table/${tableName}/stream/2026-01-01T00:00:00.000`);
}

/** Of a function's name, or of what ends in it. */
export function functionArn(name: string): string {
  return arn('lambda', `function:${name.slice(name.lastIndexOf(':') + 1)}`);
}

export function mappingArn(uuid: string): string {
  return arn('lambda', `event-source-mapping:${uuid}`);
}
