import type { Context } from 'aws-lambda';
import { backlogTable } from '../adapters/backlog-table.ts';
import { startDeadline } from '../adapters/deadline.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { loadDeliveringConfig } from '../deliverer/config.ts';
import { deliveringServices, TRY_MS } from '../deliverer/delivering-services.ts';
import { currentViews } from './current-views.ts';
import { drainAll } from './drain-all.ts';

/** Kept back for what follows the last try: giving back the leases, the log, metrics. */
const END_RESERVE_MS = 6000;

const config = loadDeliveringConfig(process.env);
const telemetry = createTelemetry('drainer');
const { deps, dynamodb, subscribers, writeLog } = deliveringServices(config, telemetry);
const backlog = backlogTable(dynamodb, config.tableName);

export async function handler(_: unknown, context: Context): Promise<void> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  using deadline = startDeadline(remainingMs() - END_RESERVE_MS);
  try {
    await drainAll(deadline.signal, {
      ...deps,
      ...currentViews(subscribers.get, deps.disable),
      backlog,
      subscribers: subscribers.list,
      owner: context.awsRequestId,
      leaseUntil: deps.now() + remainingMs(),
      hasTime: () => remainingMs() - END_RESERVE_MS > TRY_MS,
    });
  } finally {
    await writeLog();
    await telemetry.flush();
  }
}
