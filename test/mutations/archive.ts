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
];
