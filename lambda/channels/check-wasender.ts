import type { Ask } from './ask.ts';
import { type Finding, good, judged, stopping, wordAt } from './finding.ts';

/** What WasenderApi says of a session by its API key, which does not show where its webhooks go. */
export async function checkWasender(id: string, ask: Ask): Promise<readonly Finding[]> {
  const { status, json } = await ask('/status');
  if (status === 401 || status === 403) {
    const mend = `copy the API key of the session, then: npx floodgate channel update ${id} --token-stdin`;
    return [stopping('token', 'token', `WasenderApi refuses it with ${status}`, mend)];
  }
  const session = wordAt(json, 'status') || `an answer ${status} without a status`;
  return [good('token', 'WasenderApi takes it'), judgedSession(session)];
}

/** @param status in WasenderApi's word */
export function judgedSession(status: string): Finding {
  const mend = 'connect the session in the dashboard of WasenderApi: scan its code by the phone';
  return judged('session', status === 'connected', status, mend);
}
