import type { Claims } from '../claim-table.ts';
import type { AskInfo } from '../https-wasender.ts';
import type { MessageKey } from '../outbox-table.ts';

export interface LearnDeps {
  readonly claims: Pick<Claims, 'learn' | 'point'>;
  readonly askInfo: AskInfo;
  readonly sleep: (ms: number) => Promise<void>;
}

/** WasenderApi says which wamid a message has once it went out. After that nobody asks again. */
const ASKED_AFTER_MS = [1000, 2000];

/** Learns by WasenderApi's number of a message which wamid it has. Its contact's next one waits as long. */
export async function learnWamid(
  key: MessageKey,
  { msgId, token }: { readonly msgId: string; readonly token: string },
  signal: AbortSignal,
  { claims, askInfo, sleep }: LearnDeps,
): Promise<void> {
  for (const afterMs of ASKED_AFTER_MS) {
    await sleep(afterMs);
    if (signal.aborted) return;
    const wamid = await askInfo(msgId, token);
    if (wamid === undefined) continue;
    await claims.point(key, wamid, signal);
    await claims.learn(key, wamid, signal);
    return;
  }
}
