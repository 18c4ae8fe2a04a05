import { refusal } from '../../lambda/shared/aws/request.ts';
import type { ServiceAnswer } from './service.ts';

/** What a call resolves with that always arrives, at once. Throws what it rejects with. */
export function awsAnswer(service: string, { statusCode, body }: ServiceAnswer): unknown {
  if (statusCode >= 300) throw refusal(service, statusCode, String(body));
  return JSON.parse(String(body));
}
