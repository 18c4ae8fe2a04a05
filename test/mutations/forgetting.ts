import type { Mutation } from './mutation.ts';

export const FORGETTING: readonly Mutation[] = [
  {
    name: 'forgets what waits without claiming it, so that it may go out yet',
    file: 'lambda/forgetting/forget/forget-waiting.ts',
    find: 'await claim(place, signal, deps);',
    replace: '',
    test: 'test/forgetting/forget/forget-waiting.test.ts',
  },
  {
    name: 'forgets somebody while a message to them is being sent',
    file: 'lambda/forgetting/forget/forget-waiting.ts',
    find: 'if (claimedAt === undefined || claimedAt + CLAIM_LIFE_MS <= now()) return;',
    replace: 'if (claimedAt !== null) return;',
    test: 'test/forgetting/forget/forget-waiting.test.ts',
  },
  {
    name: 'leaves somebody in a part that was written while they were forgotten',
    file: 'lambda/forgetting/forget/forget-in-campaigns.ts',
    find: 'await keepForgotten(campaign.id, signal, deps);',
    replace: 'return taken;',
    test: 'test/forgetting/forget/forget-in-campaigns.test.ts',
  },
  {
    name: 'blanks whoever lies where somebody lay who was forgotten',
    file: 'lambda/forgetting/s3-campaign-files.ts',
    find: "throw new PartReplaced('another part lies in the place of one');",
    replace: '',
    test: 'test/forgetting/forget/forget-in-campaigns.test.ts',
  },
];
