import type { HttpAnswer } from './http-call.ts';

export type ServiceAnswer = HttpAnswer;

/** AWS's services, of Lambda the one that maps queues; the APIs of the providers; the endpoints of subscribers. */
export const SERVICES = [
  ...(['sqs', 'dynamodb', 's3', 'secretsmanager', 'ssm', 'lambda'] as const),
  ...(['provider', 'endpoint'] as const),
] as const;
export type ServiceName = (typeof SERVICES)[number];

export function jsonAnswer(output: object): ServiceAnswer {
  return { statusCode: 200, headers: {}, body: JSON.stringify(output) };
}

/** An error as S3 gives it. */
export function objectError(code: string, statusCode: number): ServiceAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  return { statusCode, headers: { 'content-type': 'application/xml' }, body };
}

/** An error as AWS's JSON protocols give it. */
export function serviceError(type: string, message: string, statusCode = 400): ServiceAnswer {
  return { statusCode, headers: {}, body: JSON.stringify({ __type: type, message }) };
}
