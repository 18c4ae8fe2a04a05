import type { Finding } from '../../../lambda/channels/managing/schemas.ts';
import type { AskProvider } from './ask-provider.ts';
import { bad, good, judged, wordAt } from './finding.ts';

/** What WasenderApi says of a session by its API key, which does not show where its webhooks go. */
export async function checkWasender(id: string, ask: AskProvider): Promise<readonly Finding[]> {
  const { status, json } = await ask('/status');
  if (status === 401 || status === 403) {
    const mend = `copy the API key of the session, then: npx floodgate channel update ${id} --token-stdin`;
    return [bad('token', `WasenderApi refuses it with ${status}`, mend)];
  }
  const session = wordAt(json, 'status') || `an answer ${status} without a status`;
  const mend = 'connect the session in the dashboard of WasenderApi: scan its code by the phone';
  return [
    good('token', 'WasenderApi takes it'),
    judged('session', session === 'connected', session, mend),
  ];
}
