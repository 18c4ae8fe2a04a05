import type { Mutation } from './mutation.ts';

export const MEDIA: readonly Mutation[] = [
  {
    name: 'says that a file is stored before S3 has it',
    file: 'lambda/media/fetcher/fetch-media.ts',
    find: 'await put({ key, mimeType }, reading.chunks(), signal);',
    replace: 'put({ key, mimeType }, reading.chunks(), signal).catch(() => undefined);',
    world: 'after-table',
  },
  {
    name: 'drops a job that it cannot read',
    file: 'lambda/media/fetcher/settle-job.ts',
    find: 'if (!reading.ok) return again(message, { reason: reading.reason }, deps);',
    replace: 'if (!reading.ok) return undefined;',
    world: 'after-table',
  },
  {
    name: 'takes a throttle of the provider for a refusal',
    file: 'lambda/media/fetcher/settle-job.ts',
    find: "    case 'host':\n",
    replace: "    case 'host':\n    case 'throttled':\n",
    world: 'after-table',
  },
  {
    name: 'drops a job that fails for AWS',
    file: 'lambda/media/fetcher/settle-jobs.ts',
    find: 'if (delaySeconds !== undefined) returns.push({ message, delaySeconds });',
    replace: '',
    world: 'after-table',
  },
  {
    name: 'stores what is not what was announced',
    file: 'lambda/media/fetcher/fetch-media.ts',
    find: 'if (mismatch !== undefined) throw new BadTransfer(mismatch);',
    replace: "if (mismatch === 'size') throw new BadTransfer(mismatch);",
    world: 'after-table',
  },
  {
    name: 'asks for no fresh URL when one has expired',
    file: 'lambda/media/fetcher/fetch-media.ts',
    find: "const WORTH_ANOTHER = new Set<string>(['gone', 'size',",
    replace: "const WORTH_ANOTHER = new Set<string>(['size',",
    test: 'test/media/fetcher/fetch-media.test.ts',
  },
];
