import { styleText } from 'node:util';
import { printable } from '../../../lambda/shared/printable.ts';
import { drawColumns, span } from '../terminal/columns.ts';
import type { StackStatus, Wrong } from './read-status.ts';

type Stream = NodeJS.WritableStream;

/** On one screen: first what is wrong, then what there is. */
export function drawStatus(status: StackStatus, stream: Stream): string {
  const { stack, url, at, wrong } = status;
  return `${[
    `${styleText('bold', stack, { stream })}  ${url}  ${at}`,
    ...drawWrong(wrong, stream),
    '',
    ...drawQueues(status, stream),
    ...drawSubscribers(status, stream),
    ...drawChannels(status, stream),
  ].join('\n')}\n`;
}

function drawWrong(wrong: readonly Wrong[], stream: Stream): string[] {
  if (wrong.length === 0) return [styleText('green', 'Nothing is wrong.', { stream })];
  return wrong.flatMap(({ what, look }) => [
    styleText('red', printable(what), { stream }),
    `  ${look}`,
  ]);
}

function drawQueues({ queues }: StackStatus, stream: Stream): string[] {
  const rows = queues.map((one) => [one.name, String(one.waiting), String(one.underWay)]);
  return drawColumns(['QUEUE', 'WAITING', 'UNDER WAY'], rows, stream);
}

function drawSubscribers({ subscribers, at }: StackStatus, stream: Stream): string[] {
  if (subscribers.length === 0) return ['', 'There are no subscribers.'];
  const rows = subscribers.map(({ name, state, waiting, waitingSince }) => [
    printable(name),
    styleText(state === 'active' ? 'green' : 'yellow', state, { stream }),
    String(waiting ?? '?'),
    waitingSince === null ? '' : `${span(Date.parse(at) - Date.parse(waitingSince))} ago`,
  ]);
  return ['', ...drawColumns(['SUBSCRIBER', 'STATE', 'WAITING', 'SINCE'], rows, stream)];
}

function drawChannels({ channels }: StackStatus, stream: Stream): string[] {
  if (channels.length === 0) return [];
  const rows = channels.map(({ id, provider, state, needsAttention }) => [
    id,
    provider,
    styleText(state === 'active' ? 'green' : 'yellow', state, { stream }),
    needsAttention ?? '',
  ]);
  return ['', ...drawColumns(['CHANNEL', 'PROVIDER', 'STATE', 'ATTENTION'], rows, stream)];
}
