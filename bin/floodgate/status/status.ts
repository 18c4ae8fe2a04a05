import { setTimeout as sleep } from 'node:timers/promises';
import { openApi } from '../stack/api-client.ts';
import { findStack } from '../stack/deployed-stack.ts';
import type { Surroundings } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { drawStatus } from './draw.ts';
import type { StatusTyped } from './options.ts';
import { readStatus, type StackStatus } from './read-status.ts';

const EVERY_MS = 2_000;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

export async function status(
  { values: { stack: name, watch, json } }: StatusTyped,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout } = surroundings;
  const stack = await findStack(name, surroundings);
  const api = await openApi({ api: stack.api }, surroundings);
  using interrupt = onInterrupt();
  const { signal } = interrupt;
  const clear = watch && !json && 'isTTY' in stdout && stdout.isTTY === true ? CLEAR_SCREEN : '';
  const show = (found: StackStatus) =>
    stdout.write(json ? `${JSON.stringify(found)}\n` : clear + drawStatus(found, stdout));
  let last = await readStatus(stack, api);
  show(last);
  while (watch && !signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    last = await readStatus(stack, api);
    show(last);
  }
  return last.wrong.length === 0 ? 0 : 1;
}
