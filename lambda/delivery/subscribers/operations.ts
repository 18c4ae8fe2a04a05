import type { Operation } from '../../answers/operation.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../../answers/parameters.ts';
import { SUBSCRIBER_ROUTES as R } from './routes.ts';

const missing = 'There is no such subscriber.';
const unreadable = 'Another release wrote the subscriber, and this one cannot read it.';
const conflict = `Others changed the subscriber at the same moment: try again. Or: another of its tenant has that name. Or: ${unreadable}`;

const DELIVERIES_QUERY = [
  {
    name: 'event',
    in: 'query',
    description: 'Only tries of one event, by its id or `webhook-id`.',
    schema: { type: 'string' },
  },
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
    conflict: 'Another subscriber of the tenant has that name.',
  },
  {
    id: 'readSubscriber',
    route: R.show,
    summary: 'One subscriber',
    answer: 'Subscriber',
    missing,
    conflict: unreadable,
  },
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
    conflict: unreadable,
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
    conflict: unreadable,
  },
  {
    id: 'readDeliveries',
    route: R.deliveries,
    summary: 'What was tried to deliver in the last 7 days, and what became of it',
    query: DELIVERIES_QUERY,
    answer: 'Deliveries',
    missing,
    conflict: unreadable,
  },
  {
    id: 'readDelivery',
    route: R.delivery,
    summary: 'What waits of an event on its way to the subscriber, and until when it is tried',
    answer: 'DeliveryState',
    missing,
    conflict: unreadable,
  },
  {
    id: 'markListening',
    route: R.listening,
    summary:
      'Says that somebody reads what the subscriber gets, as `floodgate listen` does; once that was said, it is removed where nobody says so for a day',
    status: '204',
    missing,
  },
  {
    id: 'dropDeliveries',
    route: R.drop,
    summary: 'Drops what waits of an event, or of a contact; the record keeps who did that and why',
    body: 'DropInput',
    answer: 'Dropped',
    missing,
    conflict: unreadable,
  },
];
