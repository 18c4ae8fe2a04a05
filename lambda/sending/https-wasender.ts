import { readWasenderSend } from '../providers/wasender/send-answer.ts';
import { wasenderRequest } from '../providers/wasender/send-request.ts';
import { isRecord } from '../shared/json/json-source.ts';
import type { AskProvider } from './https-graph.ts';
import type { PostOnce } from './https-post-once.ts';

/** @see https://wasenderapi.com/api-docs/messages/send-text-message */
export function wasenderSender(baseUrl: string, post: PostOnce): AskProvider {
  return async ({ message, token }) => {
    const body: unknown = JSON.parse(message.body);
    const request = wasenderRequest(message.to, isRecord(body) ? body : {});
    if (!request.ok) return refusedHere(request.reason);
    const headers = { authorization: `Bearer ${token}` };
    const posted = { headers, body: JSON.stringify(request.body) };
    return readWasenderSend(await post(`${baseUrl}/send-message`, posted));
  };
}

/** What was accepted by another release, and cannot be asked for by this one. */
function refusedHere(text: string) {
  const refusal = { code: 422, text, isTransient: false, retryAfterSeconds: undefined };
  return { kind: 'refused', refusal } as const;
}
