import type { Typed } from '../terminal/declare.ts';
import { flag, JSON_OPTION, STACK_OPTION, under } from '../terminal/options.ts';

const options = {
  ...under('How:', { watch: flag('look again every two seconds, until Ctrl-C') }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const STATUS = {
  about:
    'How a stack fares, on one screen: what waits in its queues, who of the subscribers and channels is not well, what lies among the dead letters, and in AWS which alarms speak.',
  options,
  notes:
    'What is wrong comes first, each with the command that shows more. Exit code: 0 if nothing is wrong, 1 if something is, 2 for a wrong command line. With --watch --json it prints one object a line.',
  examples: [
    'npx floodgate status',
    'npx floodgate status --watch',
    'npx floodgate status --stack Floodgate-production --json',
  ],
  docs: ['runbook.md'],
} as const;

export type StatusTyped = Typed<typeof options>;
