import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readInput, report } from './report.ts';
import type { BatchHandler } from './table-calls.ts';

const { bundle, event } = z
  .object({ bundle: z.string(), event: z.looseObject({}) })
  .parse(readInput());

const { handler }: { handler: BatchHandler } = await import(bundle);
const before = process.cpuUsage();
const start = performance.now();
const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => 900_000 });
if (batchItemFailures.length > 0) throw new Error('a campaign was not checked');
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(before);
// Linux has the parent's peak in the child's usage, but not in its status.
const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
const peakKilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
report({ wallMs, cpuMs: (user + system) / 1000, peakMegabytes: Number(peakKilobytes) / 1024 });
