import { styleText } from 'node:util';
import { eventIdOf } from '../../../lambda/events/webhook-id.ts';
import { timelineAnswer } from '../../../lambda/reading/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { openApi } from '../stack/api-client.ts';
import { findStack, type StackAddress } from '../stack/deployed-stack.ts';
import { answering } from '../terminal/answering.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { insightsQuery } from './insights-query.ts';
import { type LogsOptions, readLogsOptions } from './options.ts';
import { type LogLine, runQuery } from './run-query.ts';

export const logs = answering(readLogsOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  const query = insightsQuery(await eventsOf(options, stack, surroundings), options.limit);
  if (options.isQueryOnly) return { json: { query }, text: () => `${query}\n` };
  if (stack.endpoints !== undefined) {
    throw new UnavailableError(
      'the local stack keeps no log: npm start shows warnings, and everything with -- --verbose; name a deployed one with --stack',
    );
  }
  using interrupt = onInterrupt();
  const span = { from: options.since, to: options.now };
  const lines = await runQuery(stack, { query, ...span, signal: interrupt.signal });
  return { json: { query, lines }, text: (stream) => drawLines(lines, stream) };
});

const MOST_EVENTS = 50;

/** No line has a name in it, so those of a contact are found by the ids of its events. */
async function eventsOf(
  { event, contact: who }: LogsOptions,
  stack: StackAddress,
  surroundings: Surroundings,
): Promise<readonly string[] | undefined> {
  if (event !== undefined) return [eventIdOf(event)];
  if (who === undefined) return undefined;
  const api = await openApi({ api: stack.api }, surroundings);
  const contact = `${encodeURIComponent(who.channel)}/contacts/${encodeURIComponent(who.contact)}`;
  const path = `/v1/channels/${contact}/timeline?limit=${MOST_EVENTS}`;
  return (await api.call({ method: 'GET', path }, timelineAnswer)).entries.map(({ id }) => id);
}

function drawLines(lines: readonly LogLine[], stream: NodeJS.WritableStream): string {
  if (lines.length === 0) return 'No line of that time is meant.\n';
  return lines
    .map(({ at, log, level, text }) => {
      const word = styleText(level === 'ERROR' ? 'red' : 'yellow', level, { stream });
      return `${at} ${printable(log)} ${word} ${printable(text)}\n`;
    })
    .join('');
}
