import { afterAll, beforeEach } from 'vitest';
import { type EventTableEmulator, startEventTable } from './event-table-emulator.ts';

/** A table for the tests that follow, empty before each of them. */
export async function anEventTable(): Promise<EventTableEmulator> {
  const emulator = await startEventTable();
  afterAll(() => emulator[Symbol.asyncDispose]());
  beforeEach(() => emulator.clear());
  return emulator;
}
