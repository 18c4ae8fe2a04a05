import { styleText } from 'node:util';
import type { OutgoingAnswer } from '../../../lambda/reading/schemas.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { readMessage } from '../message/watch-message.ts';
import { openArchive } from '../replay/archived-events.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findStack } from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { listSubscribers } from '../subscriber/find-subscriber.ts';
import { answering } from '../terminal/answering.ts';
import { drawColumns } from '../terminal/columns.ts';
import { UsageError } from '../terminal/command.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { readTraceOptions, type TraceOptions } from './options.ts';
import { findEvents, type Step, stepsOf } from './read-trace.ts';

export const trace = answering(readTraceOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  const api = await openApi({ api: stack.api }, surroundings);
  const outgoing = await oursOf(options, api);
  using archive = await openArchive(stack);
  const service = await userService(
    'dynamodb',
    stack.endpoints?.dynamodb,
    surroundings.environment,
  );
  const bar = progressBar(surroundings.stderr);
  const tools = {
    ...{ api, tableName: stack.table, onRead: (units: number) => bar.count('units read', units) },
    dynamodb: dynamoDbClient(service, { attempts: 8, timeoutMs: 30_000 }),
    archive: stack.outputs.has('ArchiveBucket') ? archive : undefined,
    subscribers: (await listSubscribers(api)).subscribers,
  };
  const id = outgoing?.wamid ?? options.id;
  const events = await findEvents(id, options.since, tools).finally(bar.clear);
  const steps = await stepsOf(events, outgoing, tools);
  return {
    isOk: steps.length > 0,
    json: { id: options.id, events: events.map((one) => one.id), steps: steps.map(asJson) },
    text: (stream) => drawTrace(options.id, steps, stream),
  };
});

/** A message of ours is found by its channel: what waits has no wamid yet. */
async function oursOf(
  { id, channel }: TraceOptions,
  api: ApiClient,
): Promise<OutgoingAnswer | undefined> {
  if (!id.startsWith('msg_')) return undefined;
  if (channel === undefined) throw new UsageError('an id of ours (msg_…) takes --channel ID too');
  return await readMessage(api, channel, id);
}

function asJson({ at, ...told }: Step): object {
  return { at: at === undefined ? null : new Date(at).toISOString(), ...told };
}

function drawTrace(id: string, steps: readonly Step[], stream: NodeJS.WritableStream): string {
  if (steps.length === 0) {
    return `Nothing is known of ${printable(id)}. What could not be stored: npx floodgate dlq list\n`;
  }
  const rows = steps.map(({ at, what, where, isFault }, index) => [
    at === undefined ? '' : new Date(at).toISOString(),
    gapOf(at, steps[index - 1]?.at),
    isFault ? styleText('red', printable(what), { stream }) : printable(what),
    printable(where),
  ]);
  return `${drawColumns(['WHEN', 'AFTER', 'WHAT', 'WHERE'], rows, stream).join('\n')}\n`;
}

function gapOf(at: number | undefined, before: number | undefined): string {
  if (at === undefined || before === undefined) return '';
  const ms = at - before;
  return ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
