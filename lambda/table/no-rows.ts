import type { TableReader } from './reader-table.ts';

async function* nothing(): AsyncGenerator<never> {}

/** The table as those see it to whom nothing of it belongs. */
export const NO_ROWS: TableReader = {
  linksOf: async () => ({ links: [], isComplete: true }),
  eventKeys: nothing,
  messageKeys: nothing,
  rows: async () => ({
    ...{ events: new Map(), messages: new Map(), claims: new Map() },
    ...{ contents: new Map(), records: new Map(), pointers: new Map() },
  }),
  eventsById: async () => ({ events: [], isComplete: true }),
  claimsIn: async () => [],
  participantsIn: async () => [],
};
