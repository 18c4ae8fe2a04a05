import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openObjects, type StoredObjects } from '../../../bin/floodgate/forget/stored-objects.ts';
import { type ObjectEmulator, startObjects } from '../../support/object-emulator.ts';

let emulator: ObjectEmulator;
let store: StoredObjects;

beforeAll(async () => {
  emulator = await startObjects('archive');
  const nowhere = 'http://127.0.0.1:1';
  store = await openObjects({
    ...{ name: 'the local stack', api: nowhere, table: 'events', queues: {}, outputs: new Map() },
    subscriberQueues: undefined,
    endpoints: { s3: emulator.url, sqs: nowhere, dynamodb: nowhere },
    user: async () => 'somebody',
  });
});
afterAll(async () => {
  store[Symbol.dispose]();
  await emulator[Symbol.asyncDispose]();
});

const object = (key: string) => ({ bucket: 'archive', key, storageClass: 'GLACIER_IR' });

describe('the objects of a bucket', () => {
  test('are replaced as they were read, and not when somebody was faster', async () => {
    await emulator.put('archive/a.gz', 'one');
    const read = await store.read(object('a.gz'));
    if (read === undefined) throw new Error('no object');
    const replace = (text: string) =>
      store.replace(object('a.gz'), read, Buffer.from(text), { 'days-left': '40' });

    expect(await replace('two')).toBe(true);
    expect(await replace('three')).toBe(false);
    expect(String(await emulator.get('archive/a.gz'))).toBe('two');
  });

  test('are listed by the beginning of their keys, page by page', async () => {
    for (let n = 0; n < 3; n += 1) await emulator.put(`archive/events/${n}`, '');
    await emulator.put('archive/queries/1', '');

    const listed = await store.list('archive', 'events/');

    expect(listed.map(({ key }) => key)).toEqual(['events/0', 'events/1', 'events/2']);
  });

  test('may be gone by the time that they are read or removed', async () => {
    expect(await store.read(object('gone'))).toBeUndefined();
    await expect(store.remove(object('gone'))).resolves.toBeUndefined();
  });

  test('that cannot be reached are told of in one line', async () => {
    await expect(store.list('no-bucket', '')).rejects.toThrow(
      /^the objects of the local stack cannot be reached: /,
    );
  });
});
