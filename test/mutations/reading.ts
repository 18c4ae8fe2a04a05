import type { Mutation } from './mutation.ts';

export const READING: readonly Mutation[] = [
  {
    name: 'shows a message under each name that it was stored by',
    file: 'lambda/reading/timeline-rows.ts',
    find: 'inForm(doublesOf(event, names)).some((other) => isEarlier(other, event))',
    replace: 'inForm(doublesOf(event, names)).some((other) => rowId(other) === rowId(event))',
    test: 'test/reading/one-entry.test.ts',
  },
  {
    name: 'shows a message once for each row of its statuses',
    file: 'lambda/reading/timeline-rows.ts',
    find: 'if (isEchoed || isElsewhere || whole === undefined || isOurs(message)) return undefined;',
    replace: 'if (isEchoed || whole === undefined || isOurs(message)) return undefined;',
    test: 'test/reading/one-state.test.ts',
  },
];
