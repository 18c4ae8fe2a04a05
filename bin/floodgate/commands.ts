import type { Command } from './terminal/command.ts';
import { actionsCommand, oneCommand } from './terminal/declare.ts';

/**
 * A command as the list of all shows it.
 *
 * It is loaded when it is meant, so that the others cost nothing: its shape for help, and the rest to run it.
 */
export interface Listed {
  readonly name: string;
  /** Heading in the list. */
  readonly group: string;
  /** One line. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const TRY = 'Try it:';
const SET_UP = 'Say what is sent and received:';
const LOOK = 'Look at what happened:';
const MEND = 'Mend what went wrong:';

export const COMMANDS: readonly Listed[] = [
  {
    name: 'send',
    group: TRY,
    summary: 'send signed webhooks and check that every event is stored',
    load: async () => {
      const { SEND } = await import('./send/values.ts');
      return oneCommand(SEND, async () => (await import('./send/send.ts')).send);
    },
  },
  {
    name: 'whatsapp',
    group: TRY,
    summary: 'answer the local stack as a person would',
    load: async () => {
      const { WHATSAPP } = await import('./whatsapp/options.ts');
      return actionsCommand(
        WHATSAPP,
        async () => (await import('./whatsapp/whatsapp.ts')).whatsapp,
      );
    },
  },
  {
    name: 'listen',
    group: TRY,
    summary: 'bring events to a server on this machine',
    load: async () => {
      const { LISTEN } = await import('./listen/options.ts');
      return oneCommand(LISTEN, async () => (await import('./listen/listen.ts')).listen);
    },
  },
  {
    name: 'subscriber',
    group: SET_UP,
    summary: 'say who receives events, and how',
    load: async () => {
      const { SUBSCRIBER } = await import('./subscriber/options.ts');
      return actionsCommand(
        SUBSCRIBER,
        async () => (await import('./subscriber/subscriber.ts')).subscriber,
      );
    },
  },
  {
    name: 'channel',
    group: SET_UP,
    summary: 'say what messages are sent from, and how fast',
    load: async () => {
      const { CHANNEL } = await import('./channel/options.ts');
      return actionsCommand(CHANNEL, async () => (await import('./channel/channel.ts')).channel);
    },
  },
  {
    name: 'message',
    group: SET_UP,
    summary: 'send a message, and see how far it is',
    load: async () => {
      const { MESSAGE } = await import('./message/options.ts');
      return actionsCommand(MESSAGE, async () => (await import('./message/message.ts')).message);
    },
  },
  {
    name: 'campaign',
    group: SET_UP,
    summary: 'send a template to many people, watch it, and stop it',
    load: async () => {
      const { CAMPAIGN } = await import('./campaign/options.ts');
      return actionsCommand(
        CAMPAIGN,
        async () => (await import('./campaign/campaign.ts')).campaign,
      );
    },
  },
  {
    name: 'tenant',
    group: SET_UP,
    summary: 'say which roles and users see which tenant',
    load: async () => {
      const { TENANT } = await import('./tenant/options.ts');
      return actionsCommand(TENANT, async () => (await import('./tenant/tenant.ts')).tenant);
    },
  },
  {
    name: 'status',
    group: LOOK,
    summary: 'how the stack fares, on one screen',
    load: async () => {
      const { STATUS } = await import('./status/options.ts');
      return oneCommand(STATUS, async () => (await import('./status/status.ts')).status);
    },
  },
  {
    name: 'console',
    group: LOOK,
    summary: 'see and operate a stack in the browser',
    load: async () => {
      const { CONSOLE } = await import('./console/options.ts');
      return oneCommand(CONSOLE, async () => (await import('./console/console.ts')).consoleCommand);
    },
  },
  {
    name: 'doctor',
    group: LOOK,
    summary: 'why does nothing arrive? each fault with its mend',
    load: async () => {
      const { DOCTOR } = await import('./doctor/options.ts');
      return oneCommand(DOCTOR, async () => (await import('./doctor/doctor.ts')).doctor);
    },
  },
  {
    name: 'trace',
    group: LOOK,
    summary: 'everything that happened to one event or message',
    load: async () => {
      const { TRACE } = await import('./trace/options.ts');
      return oneCommand(TRACE, async () => (await import('./trace/trace.ts')).trace);
    },
  },
  {
    name: 'ledger',
    group: LOOK,
    summary: 'whether each event is where it has to be, and which is not',
    load: async () => {
      const { LEDGER } = await import('./ledger/options.ts');
      return oneCommand(LEDGER, async () => (await import('./ledger/ledger.ts')).ledger);
    },
  },
  {
    name: 'logs',
    group: LOOK,
    summary: 'lines of the log of a stack in AWS: errors, or of one event or contact',
    load: async () => {
      const { LOGS } = await import('./logs/options.ts');
      return oneCommand(LOGS, async () => (await import('./logs/logs.ts')).logs);
    },
  },
  {
    name: 'deliveries',
    group: LOOK,
    summary: 'show what was delivered to a subscriber and what failed, or drop what waits',
    load: async () => {
      const { DELIVERIES } = await import('./deliveries/options.ts');
      return actionsCommand(
        DELIVERIES,
        async () => (await import('./deliveries/deliveries.ts')).deliveries,
      );
    },
  },
  {
    name: 'dlq',
    group: MEND,
    summary: 'look at dead letters, send them back, or drop them',
    load: async () => {
      const { DLQ } = await import('./dlq/options.ts');
      return actionsCommand(DLQ, async () => (await import('./dlq/dlq.ts')).dlq);
    },
  },
  {
    name: 'replay',
    group: MEND,
    summary: 'deliver again what was received',
    load: async () => {
      const { REPLAY } = await import('./replay/options.ts');
      return oneCommand(REPLAY, async () => (await import('./replay/replay.ts')).replay);
    },
  },
  {
    name: 'catch-up',
    group: MEND,
    summary: 'hand on and archive what was stored while nobody followed the table',
    load: async () => {
      const { CATCH_UP } = await import('./catch-up/options.ts');
      return oneCommand(CATCH_UP, async () => (await import('./catch-up/catch-up.ts')).catchUp);
    },
  },
  {
    name: 'forget',
    group: MEND,
    summary: 'forget a person',
    load: async () => {
      const { FORGET } = await import('./forget/options.ts');
      return oneCommand(FORGET, async () => (await import('./forget/forget.ts')).forget);
    },
  },
];
