import { expect, test } from 'vitest';
import { learnWamid } from '../../../lambda/sending/sender/learn-wamid.ts';

const KEY = { channel: 'shop', id: 'msg_1' };
const ASKED = { msgId: '7', token: 'key' };

test('nobody asks for a wamid any more once the invocation has to end', async () => {
  const ending = new AbortController();
  const asked: string[] = [];
  const learnt: string[] = [];
  await learnWamid(KEY, ASKED, ending.signal, {
    claims: {
      point: async () => undefined,
      learn: async (_, wamid) => void learnt.push(wamid),
    },
    askInfo: async (msgId) => {
      asked.push(msgId);
      ending.abort();
      return undefined;
    },
    sleep: async () => undefined,
  });

  expect([asked, learnt]).toEqual([['7'], []]);
});
