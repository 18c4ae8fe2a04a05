import type { Context } from 'aws-lambda';
import { startDeadline } from '../../shared/aws/deadline.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { loadTickerConfig } from '../config.ts';
import { tickerServices } from './services.ts';
import { tick } from './tick.ts';

/** Kept back for metrics. */
const END_RESERVE_MS = 2000;

const telemetry = createTelemetry('ticker');
const deps = tickerServices(loadTickerConfig(process.env), telemetry);

export async function handler(_: unknown, context: Context): Promise<void> {
  using deadline = startDeadline(context.getRemainingTimeInMillis() - END_RESERVE_MS);
  try {
    await tick(deadline.signal, deps);
  } finally {
    await telemetry.flush();
  }
}
