import type { Operation } from '../api/operation.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../api/parameters.ts';
import { SUBSCRIBER_ROUTES as R } from './routes.ts';

const missing = 'There is no such subscriber.';
const conflict = 'Others changed the subscriber at the same moment: try again.';

const DELIVERIES_QUERY = [
  {
    name: 'failed',
    in: 'query',
    description: 'Only tries that failed.',
    schema: { type: 'boolean', default: false },
  },
  {
    name: 'since',
    in: 'query',
    description: 'Only tries from then on.',
    schema: { type: 'string', format: 'date-time' },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'The most tries that a page may hold.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: 'cursor',
    in: 'query',
    description: '`nextCursor` of the page before, of the same subscriber.',
    schema: { type: 'string' },
  },
];

/** The operations on subscribers, for the OpenAPI document. */
export const SUBSCRIBER_OPERATIONS: readonly Operation[] = [
  {
    id: 'listSubscribers',
    route: R.list,
    summary: 'Who receives events',
    answer: 'Subscribers',
  },
  {
    id: 'addSubscriber',
    route: R.add,
    summary: 'Adds a receiver of events: from now on it gets those that it wants',
    body: 'SubscriberInput',
    status: '201',
    answer: 'AddedSubscriber',
  },
  { id: 'readSubscriber', route: R.show, summary: 'One subscriber', answer: 'Subscriber', missing },
  {
    id: 'changeSubscriber',
    route: R.change,
    summary: 'Changes a subscriber, within ten seconds for new events',
    body: 'SubscriberChange',
    answer: 'Subscriber',
    missing,
    conflict,
  },
  {
    id: 'removeSubscriber',
    route: R.remove,
    summary: 'Removes a subscriber, and drops what waits for it',
    status: '204',
    missing,
  },
  {
    id: 'pauseSubscriber',
    route: R.pause,
    summary: 'Delivers nothing more until it is resumed; events wait, in order',
    answer: 'Subscriber',
    missing,
    conflict,
  },
  {
    id: 'resumeSubscriber',
    route: R.resume,
    summary: 'Delivers what waits, in order, and what comes; also where an answer 410 had ended it',
    answer: 'Subscriber',
    missing,
    conflict,
  },
  {
    id: 'readSigningSecret',
    route: R.readSecret,
    summary: 'What deliveries are signed with',
    answer: 'SigningSecret',
    missing,
  },
  {
    id: 'rotateSigningSecret',
    route: R.rotateSecret,
    summary: 'Signs with a new secret; the one before is valid for 24 hours more',
    answer: 'SigningSecret',
    missing,
    conflict,
  },
  {
    id: 'testSubscriber',
    route: R.test,
    summary: 'Delivers an event `floodgate.test`, whatever the subscriber wants',
    status: '202',
    answer: 'SentTest',
    missing,
  },
  {
    id: 'readDeliveries',
    route: R.deliveries,
    summary: 'What was tried to deliver in the last 7 days, and what became of it',
    query: DELIVERIES_QUERY,
    answer: 'Deliveries',
    missing,
  },
];
