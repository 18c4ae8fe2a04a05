import { parseCommandLine } from '../terminal/command-line.ts';

const optionTypes = {
  url: { type: 'string' },
  provider: { type: 'string' },
  secret: { type: 'string' },
  token: { type: 'string' },
  session: { type: 'string', default: 'local' },
  contacts: { type: 'string', default: '20' },
  messages: { type: 'string', default: '100' },
  statuses: { type: 'string', default: '300' },
  media: { type: 'string', default: '20%' },
  batch: { type: 'string', default: '1' },
  seed: { type: 'string' },
  payloads: { type: 'string' },
  rate: { type: 'string', default: '50' },
  concurrency: { type: 'string', default: '64' },
  duplicates: { type: 'string', default: '0%' },
  shuffle: { type: 'boolean', default: false },
  table: { type: 'string' },
  'dynamodb-endpoint': { type: 'string' },
  wait: { type: 'string', default: '30' },
  json: { type: 'boolean', default: false },
} as const;

export type SendValues = ReturnType<typeof readSendValues>;

/** What was typed, and the defaults. Throws `UsageError` for options that do not exist. */
export function readSendValues(args: readonly string[]) {
  return parseCommandLine(args, { options: optionTypes }).values;
}
