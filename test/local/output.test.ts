import { expect, test } from 'vitest';
import { createOutput } from '../../local/output.ts';

function anOutput(verbose = false) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^\d\d:\d\d:\d\d/, 'TIME'));
  return { lines, output: createOutput({ write, verbose, colours: false }) };
}

const metric = (name: string, value: number | number[]) =>
  JSON.stringify({
    _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'F', Metrics: [{ Name: name }] }] },
    service: 'ingest',
    [name]: value,
  });

test('sums metrics up by function until they are shown', () => {
  const { lines, output } = anOutput();
  output.functionLine('Processor', metric('EventStored', 3));
  output.functionLine('Processor', metric('EventStored', [1, 2]));
  output.functionLine('Processor', metric('EventDuplicated', 1));
  expect(lines).toEqual([]);
  output.flush();
  output.flush();

  expect(lines).toEqual(['TIME Processor EventStored 6  EventDuplicated 1']);
});

test('shows a log line in one short line, and what is neither as it is', () => {
  const { lines, output } = anOutput();
  const log = {
    level: 'WARN',
    message: 'Webhook refused',
    timestamp: 'x',
    reason: 'mismatch',
    n: 1,
  };
  output.functionLine('Ingest', JSON.stringify(log));
  output.functionLine('Ingest', '{"broken');
  output.functionLine('Ingest', '{"level":"DEBUG","message":"noise"}');
  output.detail('only when verbose');

  expect(lines).toEqual([
    'TIME Ingest WARN Webhook refused reason=mismatch n=1',
    'TIME Ingest {"broken',
  ]);
});

test('shows everything at once when verbose', () => {
  const { lines, output } = anOutput(true);
  output.functionLine('Ingest', metric('EventStored', 1));
  output.functionLine('Ingest', metric('EventStored', 2));
  output.functionLine('Ingest', '{"level":"DEBUG","message":"Looked up","timestamp":"x","n":1}');
  output.detail('GET /healthz 200 0.5 ms');

  expect(lines).toEqual([
    'TIME Ingest EventStored 1',
    'TIME Ingest EventStored 2',
    'TIME Ingest DEBUG Looked up n=1',
    'TIME GET /healthz 200 0.5 ms',
  ]);
});
