import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { answerJson, refusal } from '../../answers/json-answer.ts';
import { contactParameters, unknownNames } from '../../answers/parameters.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { type ForgetContactDeps, type ForgetRequest, forgetContact } from './forget-contact.ts';
import type { ForgottenAnswer } from './schemas.ts';

export interface AnswerDeps extends ForgetContactDeps {
  readonly error: (message: string, fields: LogFields) => void;
}

/** Answers a request to forget a contact with what was done, until the signal says that it is time. */
export async function answer(
  { routeKey, path, query }: HttpRequest,
  time: Pick<ForgetRequest, 'signal' | 'endsAt'>,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const work = async () => {
    const unknown = unknownNames(query, []);
    if (unknown !== undefined) return refusal('invalid_parameter', unknown);
    const parameters = contactParameters(path);
    if (!parameters.ok) return refusal('invalid_parameter', parameters.reason);
    const { channel, contact } = parameters;
    const forgotten = await forgetContact({ channel, contact, ...time }, deps);
    const body: ForgottenAnswer = { ...forgotten, archive: 'pending' };
    return { status: 200, body };
  };
  return await answerJson(routeKey, work, deps.error);
}
