import type { Operation } from '../../answers/operation.ts';
import { CHANNEL_ROUTES as R } from './routes.ts';

const missing = 'There is no such channel.';
const unreadable = 'Another release wrote the channel, and this one cannot read it.';
const conflict = `Others changed the channel at the same moment: try again. Or: ${unreadable}`;
const busy = `Messages wait, or may come to wait: the message says what to do. Or: ${unreadable}`;

/** The operations on channels, for the OpenAPI document. */
export const CHANNEL_OPERATIONS: readonly Operation[] = [
  {
    id: 'listChannels',
    route: R.list,
    summary: 'The numbers and sessions that messages are sent from',
    answer: 'Channels',
  },
  {
    id: 'addChannel',
    route: R.add,
    summary: 'Adds a number or a session to send from; no deployment is needed',
    body: 'ChannelInput',
    status: '201',
    answer: 'Channel',
    conflict: 'There is a channel of that id already.',
  },
  {
    id: 'readChannel',
    route: R.show,
    summary: 'One channel',
    answer: 'Channel',
    missing,
    conflict: unreadable,
  },
  {
    id: 'changeChannel',
    route: R.change,
    summary: 'Changes a channel, within ten seconds for new messages',
    body: 'ChannelChange',
    answer: 'Channel',
    missing,
    conflict: `The rate changes the number of lanes. ${busy}`,
  },
  {
    id: 'removeChannel',
    route: R.remove,
    summary: 'Removes a channel that is paused and for which nothing waits',
    status: '204',
    missing,
    conflict: busy,
  },
  {
    id: 'pauseChannel',
    route: R.pause,
    summary: 'Takes and sends nothing more until it is resumed; messages wait, in order',
    body: 'PauseInput',
    answer: 'Channel',
    missing,
    conflict: `The provider lets nothing out, so there is no draining. Or: ${conflict}`,
  },
  {
    id: 'resumeChannel',
    route: R.resume,
    summary: 'Sends what waits, and what comes',
    answer: 'Channel',
    missing,
    conflict,
  },
  {
    id: 'checkChannel',
    route: R.check,
    summary: 'Keeps what the provider says of the channel, for whoever lists channels',
    body: 'ChannelCheck',
    answer: 'Channel',
    missing,
    conflict,
  },
];
