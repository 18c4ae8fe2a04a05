import type { Operation } from '../../answers/operation.ts';
import { MESSAGE_ROUTES as R } from './routes.ts';

const missing = 'There is no such message, or no such channel.';

const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'The same for the same message, however often it is sent: 1 to 255 characters of ASCII without spaces, of this channel and recipient.',
  schema: { type: 'string' },
};

const STATE = {
  name: 'state',
  in: 'query',
  description: 'Only those that wait, or only those of which nobody knows whether they went out.',
  schema: { type: 'string', enum: ['queued', 'uncertain'] },
};

/** The operations on messages to send, for the OpenAPI document. */
export const MESSAGE_OPERATIONS: readonly Operation[] = [
  {
    id: 'sendMessage',
    route: R.send,
    summary: 'Takes a message to send, once for a key: it is stored before the answer',
    query: [KEY],
    body: 'SendInput',
    status: '202',
    answer: 'OutgoingMessage',
    missing: 'There is no such channel.',
    conflict: 'The key is that of another message, or the channel is paused.',
    others: {
      '422':
        'The provider would refuse it: marketing for a number of the United States (`country`) or for who chose to get none (`opted_out`), free form outside the customer service window (`window_closed`).',
      '429':
        'What was taken before waits for more than an hour; `Retry-After` says when to try again.',
    },
  },
  {
    id: 'cancelMessage',
    route: R.cancel,
    summary: 'Has a message not be sent that nobody has begun to send',
    answer: 'OutgoingMessage',
    missing,
    conflict: 'It is being sent, was sent, or was settled otherwise.',
  },
  {
    id: 'resolveMessage',
    route: R.resolve,
    summary: 'Decides on a message of which nobody knows whether it went out',
    body: 'ResolveInput',
    answer: 'OutgoingMessage',
    missing,
    conflict: 'It is not uncertain, or not any more.',
  },
  {
    id: 'listOutgoing',
    route: R.list,
    summary: 'What waits to be sent, and what is uncertain',
    query: [STATE],
    answer: 'OutgoingMessages',
    missing: 'There is no such channel.',
  },
];
