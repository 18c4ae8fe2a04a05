import { afterAll } from 'vitest';
import { type ObjectEmulator, startObjects } from './object-emulator.ts';

/** A store with these buckets for the tests that follow. */
export async function anObjectStore(...buckets: string[]): Promise<ObjectEmulator> {
  const objects = await startObjects(...buckets);
  afterAll(() => objects[Symbol.asyncDispose]());
  return objects;
}
