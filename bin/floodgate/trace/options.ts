import type { Typed } from '../terminal/declare.ts';
import { readMoment } from '../terminal/option-values.ts';
import { JSON_OPTION, STACK_OPTION, text, textOr, under } from '../terminal/options.ts';

const options = {
  ...under('Where to look:', {
    since: textOr('TIME', 'received from then on; as 2026-11-20 or, so long ago, 2h', '30d'),
    channel: text('ID', 'of which channel a message of ours is (msg_…)'),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const TRACE = {
  about:
    'Everything that happened to one event or message, with times and the gaps between them: when it was said, when it was received, each status, its file, each try to deliver it to each subscriber, and the object of the archive that has it.',
  options,
  words: [
    ['ID', 'of an event, its webhook-id, the wamid of a message, or the id of one of ours'],
  ] as const,
  needs: 'trace takes an id: of an event, a webhook-id, a wamid, or msg_…',
  notes:
    'It reads all of the table, since nothing there is found by such an id alone; of a large one that takes minutes, and a dollar for each 30 GB. Deliveries are known for 7 days. What could not be stored or delivered is in npx floodgate dlq list. Exit code: 0 if something is known of it, 1 if not, 2 for a wrong command line.',
  examples: [
    'npx floodgate trace message.Zq1…',
    'npx floodgate trace wamid.HBgN… --since 2h --stack Floodgate-production',
    'npx floodgate trace msg_3q2-7wAAAAAAAAAAAAAAAA --channel 106540352242922',
  ],
  docs: ['architecture.md', 'delivering.md'],
} as const;

export interface TraceOptions {
  readonly stack: string | undefined;
  readonly id: string;
  /** In ms since 1970. */
  readonly since: number;
  readonly channel: string | undefined;
  readonly isJson: boolean;
}

export function readTraceOptions(
  { words, values }: Typed<typeof options>,
  nowMs: number,
): TraceOptions {
  const [id = ''] = words;
  return {
    ...{ id, stack: values.stack, channel: values.channel, isJson: values.json },
    since: readMoment('--since', values.since, nowMs),
  };
}
