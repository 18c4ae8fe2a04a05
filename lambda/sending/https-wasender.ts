import { readWasenderInfo, readWasenderSend } from '../providers/wasender/send-answer.ts';
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

/** The wamid of a message, by WasenderApi's number of it. Undefined where it is not known, or nobody says. */
export type AskInfo = (msgId: string, token: string) => Promise<string | undefined>;

/** @see https://wasenderapi.com/api-docs/messages/get-message-info */
export function wasenderInfo(baseUrl: string, post: PostOnce): AskInfo {
  return async (msgId, token) => {
    const url = `${baseUrl}/messages/${encodeURIComponent(msgId)}/info`;
    return readWasenderInfo(await post(url, { headers: { authorization: `Bearer ${token}` } }));
  };
}

/** What was accepted by another release, and cannot be asked for by this one. */
function refusedHere(text: string) {
  const refusal = { code: 422, text, isTransient: false, retryAfterSeconds: undefined };
  return { kind: 'refused', refusal } as const;
}
