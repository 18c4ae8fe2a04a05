import type { Typed } from '../terminal/declare.ts';
import { flag, JSON_OPTION, STACK_OPTION, under } from '../terminal/options.ts';

const options = {
  ...under('How:', {
    ping: flag(
      'also send a signed webhook, and look for its row; whoever subscribes to all events of accounts gets it too, with the field floodgate_doctor',
    ),
  }),
  ...STACK_OPTION,
  ...JSON_OPTION,
} as const;

export const DOCTOR = {
  about:
    'Why does nothing arrive? Looks at each thing between the provider and your software, says what is wrong, and how exactly to mend it: the stack, its clock and version, secrets and handshake; of each channel what its provider says (app, subscription, fields, overrides, token, quality, limits, session); subscribers, dead letters, alarms and who hears them, and the quota of the account.',
  options,
  notes:
    'It reads the secret of Meta by your own credentials, and shows nothing of it. Exit code: 0 if nothing is wrong, 1 if something is, 2 for a wrong command line.',
  examples: [
    'npx floodgate doctor',
    'npx floodgate doctor --ping',
    'npx floodgate doctor --stack Floodgate-production',
  ],
  docs: ['deploying.md', 'runbook.md'],
} as const;

export interface DoctorOptions {
  readonly stack: string | undefined;
  readonly isPinging: boolean;
  readonly isJson: boolean;
}

export function readDoctorOptions({ values }: Typed<typeof options>): DoctorOptions {
  return { stack: values.stack, isPinging: values.ping, isJson: values.json };
}
