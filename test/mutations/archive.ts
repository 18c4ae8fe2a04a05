// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { Mutation } from './mutation.ts';

export const ARCHIVE: readonly Mutation[] = [
  {
    name: 'says that a batch is archived before S3 confirms',
    file: 'lambda/archive/archiver/archive-changes.ts',
    find: 'await deps.store(key, lines, signal);',
    replace: 'deps.store(key, lines, signal).catch(() => {});',
    world: 'after-table',
  },
  {
    name: 'archives who was to be forgotten while it wrote',
    file: 'lambda/archive/archiver/archive-changes.ts',
    find: 'return latest.every(({ key }) => keys.has(key)) ? kept : storeHours(objects, signal, deps);',
    replace: 'return kept;',
    test: 'test/archive/archiver/archive-changes.test.ts',
  },
  {
    name: 'names an object of the archive by its hour alone',
    file: 'lambda/archive/archiver/archive-changes.ts',
    find: 'return `${prefix}${sequenceNumber}-${source.eventID}.ndjson.gz`;',
    replace: 'return `${prefix}${sequenceNumber && source.eventID && 0}.ndjson.gz`;',
    world: 'after-table',
  },
  {
    name: 'stops at a change that cannot be read',
    file: 'lambda/archive/archiver/archive-changes.ts',
    find: 'if (told === undefined) unreadable.push(record);',
    replace: 'if (told === undefined) break;',
    world: 'after-table',
  },
  {
    name: 'takes for lost what waits in the queue of a subscriber',
    file: 'lambda/archive/auditor/audit-hour.ts',
    find: 'return Math.max(ids.size - waiting, 0);',
    replace: 'return ids.size;',
    test: 'test/archive/auditor/audit-hour.test.ts',
  },
  {
    name: 'audits an hour and no more, so that a late schedule leaves a gap',
    file: 'lambda/archive/auditor/audit-hour.ts',
    find: 'const SPAN_MS = 65 * MINUTE_MS;',
    replace: 'const SPAN_MS = 60 * MINUTE_MS;',
    test: 'test/archive/auditor/audit-hour.test.ts',
  },
];
