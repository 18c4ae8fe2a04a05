import type { Typed } from '../terminal/declare.ts';
import { flag, JSON_OPTION, text, textOr, under, type Values } from '../terminal/options.ts';

const options = {
  ...under('Where to:', {
    url: text('URL', 'base URL or webhook URL', 'the local stack, else http://127.0.0.1:3000'),
    provider: text('NAME', 'meta or wasender', 'meta'),
    secret: text(
      'SECRET',
      "Meta's app secret, or WasenderApi's webhook secret; FLOODGATE_SECRET is the same without showing in the list of processes",
      'that of the local stack',
    ),
    token: text('TOKEN', 'path token of the WasenderApi session', 'local'),
    session: textOr('NAME', 'name of that session, to find its events', 'local'),
  }),
  ...under('What:', {
    contacts: textOr('N', 'people who write', '20'),
    messages: textOr('N', 'messages that they send, in all', '100'),
    statuses: textOr(
      'N',
      'sent, delivered, read, played and failed, in all; about three go to one message that the business sent',
      '300',
    ),
    media: textOr('SHARE', 'messages with an image, voice note, document, video or sticker', '20%'),
    batch: textOr('N', 'updates in one webhook, at most; up to 1000', '1'),
    seed: text(
      'N',
      'the same seed sends the same events, byte for byte; a time in ms since 1970, as the default is, dates them',
      'now',
    ),
    payloads: text(
      'DIR',
      "send the webhooks among the JSON files of a folder instead; --provider picks one provider's",
    ),
  }),
  ...under('How:', {
    rate: textOr('N', 'webhooks a second, however long the answers take, or "max"', '50'),
    concurrency: textOr('N', 'requests in flight, at most', '64'),
    duplicates: textOr('SHARE', 'webhooks that come a second time', '0%'),
    shuffle: flag('webhooks come in any order'),
  }),
  ...under('Where to look (a local table is found by itself):', {
    table: text('NAME', "the stack's table, read with your AWS credentials and Region"),
    'dynamodb-endpoint': text('URL', 'where the table is, if not in AWS'),
    wait: textOr('SECONDS', 'give up when for so long nothing more is stored', '30'),
  }),
  ...JSON_OPTION,
} as const;

export const SEND = {
  about:
    'Sends signed WhatsApp webhooks, as a provider would, and looks in the table whether every event arrived. Without options: 400 events of 20 contacts to the local stack (npm start).',
  options,
  notes: `What is not taken (no answer, 429 or 5xx) is sent again up to five times, after 0.5 to 8 s. Where for 10 s (or --wait, if that is less) nothing has answered at all, the rest is not sent.

Ctrl-C sends nothing more, looks for what was sent, and says what became of that. Exit code: 0 if all webhooks were accepted and no event is missing, 1 if not, 2 for a wrong command line.`,
  examples: [
    'npx floodgate send',
    'npx floodgate send --messages 10000 --statuses 10000 --contacts 500 \\\n--duplicates 20% --rate max',
    'npx floodgate send --batch 1000 --statuses 1000 --messages 0 --shuffle',
    'npx floodgate send --provider wasender --media 50%',
    'npx floodgate send --seed 7     # again, it stores nothing new',
    'FLOODGATE_SECRET=… npx floodgate send --url https://….amazonaws.com --table NAME',
  ],
  docs: ['README.md', 'guarantees.md'],
} as const;

export type SendTyped = Typed<typeof options>;
export type SendValues = Values<typeof options>;
