import { styleText } from 'node:util';
import { openApi } from '../api-client.ts';
import { drawColumns } from '../columns.ts';
import { type Command, UsageError } from '../command.ts';
import { parseCommandLine } from '../command-line.ts';
import { readDuration, readWhole } from '../option-values.ts';
import { printable } from '../printable.ts';
import { findSubscriber } from '../subscriber/find-subscriber.ts';
import { DELIVERIES_HELP } from './deliveries-help.ts';
import { type DeliveryTry, readDeliveries } from './read-deliveries.ts';

const optionTypes = {
  api: { type: 'string' },
  stack: { type: 'string' },
  subscriber: { type: 'string' },
  failed: { type: 'boolean', default: false },
  since: { type: 'string' },
  limit: { type: 'string', default: '50' },
  json: { type: 'boolean', default: false },
} as const;

export const deliveries: Command = {
  summary: 'show what was delivered to a subscriber, and what failed',
  help: DELIVERIES_HELP,
  run: async (args, surroundings) => {
    const { values } = parseCommandLine(args, { options: optionTypes });
    const { subscriber: who, failed: isFailedOnly, json: isJson } = values;
    if (who === undefined) throw new UsageError('deliveries takes --subscriber, its id or name');
    const limit = readWhole('--limit', values.limit, 1);
    const withinMs = values.since === undefined ? undefined : readDuration('--since', values.since);
    const since =
      withinMs === undefined ? undefined : new Date(Date.now() - withinMs).toISOString();
    const api = await openApi(values, surroundings);
    const { id } = await findSubscriber(api, who);
    const { tries, isAll } = await readDeliveries(api, id, { isFailedOnly, since, limit });
    const { stdout } = surroundings;
    const json = () => `${JSON.stringify({ subscriber: id, deliveries: tries, isAll })}\n`;
    stdout.write(isJson ? json() : drawTries(tries, isAll, stdout));
    return 0;
  },
};

const HEADINGS = ['WHEN', 'OUTCOME', 'WHY', 'TRY', 'TOOK', 'WHAT', 'EVENT'];

function drawTries(
  tries: readonly DeliveryTry[],
  isAll: boolean,
  stream: NodeJS.WritableStream,
): string {
  if (tries.length === 0) return 'Nothing was tried.\n';
  const rows = tries.map((one) => [
    one.at,
    styleText(one.outcome === 'delivered' ? 'green' : 'red', one.outcome, { stream }),
    reasonOf(one),
    String(one.try),
    `${Math.round(one.latencyMs)} ms`,
    printable(one.what ?? ''),
    one.eventId,
  ]);
  const more = isAll ? [] : ['… and more: --limit N shows them'];
  return `${[...drawColumns(HEADINGS, rows, stream), ...more].join('\n')}\n`;
}

/** What the endpoint answered, or why it did not. */
export function reasonOf({ status, fault }: Pick<DeliveryTry, 'status' | 'fault'>): string {
  return status === null ? (fault ?? '') : `answered ${status}`;
}
