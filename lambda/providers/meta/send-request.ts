import type { Recipient } from '../recipient.ts';

/** What is asked of Graph for one message. */
export interface GraphMessage {
  readonly to: Recipient;
  /** JSON of Meta's body without the members that are put before it here. */
  readonly body: string;
  /** Comes back with the statuses of the message. */
  readonly mark: string;
}

/**
 * The body of Graph's request for a message, with the sender's own members as they are written.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function graphBody({ to, body, mark }: GraphMessage): string {
  const members = {
    messaging_product: 'whatsapp',
    recipient_type: to.kind === 'group' ? 'group' : 'individual',
    ...addressOf(to),
    biz_opaque_callback_data: mark,
  };
  const own = body.trim().slice(1);
  const separator = own.trimStart().startsWith('}') ? '' : ',';
  return `${JSON.stringify(members).slice(0, -1)}${separator}${own}`;
}

/** Without `+` Meta puts the business's own country code before a number. */
function addressOf({ kind, name }: Recipient): object {
  if (kind === 'userId') return { recipient: name };
  return { to: kind === 'phone' ? `+${name}` : name };
}
