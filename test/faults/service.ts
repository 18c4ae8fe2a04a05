import type { HttpAnswer } from './http-handler.ts';

export type ServiceAnswer = HttpAnswer;

export const SERVICES = ['sqs', 'dynamodb', 's3', 'secretsmanager'] as const;
export type ServiceName = (typeof SERVICES)[number];

export function jsonAnswer(output: object): ServiceAnswer {
  return { statusCode: 200, headers: {}, text: JSON.stringify(output) };
}

/** An error as AWS's JSON protocols give it. */
export function serviceError(type: string, message: string, statusCode = 400): ServiceAnswer {
  return { statusCode, headers: {}, text: JSON.stringify({ __type: type, message }) };
}
