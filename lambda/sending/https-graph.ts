import type { Channel } from '../channels/channel.ts';
import { readGraphSend } from '../providers/meta/send-answer.ts';
import { graphBody } from '../providers/meta/send-request.ts';
import type { SendAnswer } from '../providers/send-answer.ts';
import type { OutgoingMessage } from '../table/outgoing-message.ts';
import type { PostOnce } from './https-post-once.ts';

/** One request to a provider for one message. */
interface ProviderRequest {
  readonly message: OutgoingMessage;
  readonly channel: Pick<Channel, 'id' | 'marketingRoute'>;
  /** Comes back with the statuses of the message. */
  readonly mark: string;
  readonly token: string;
}

/** Asks a provider, once, to send a message. Never rejects. */
export type AskProvider = (request: ProviderRequest) => Promise<SendAnswer>;

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export function graphSender(baseUrl: string, post: PostOnce): AskProvider {
  return async ({ message, channel, mark, token }) => {
    const { to, body, category } = message;
    const route = category === 'marketing' ? channel.marketingRoute : 'messages';
    const url = `${baseUrl}/${encodeURIComponent(channel.id)}/${route}`;
    const headers = { authorization: `Bearer ${token}` };
    return readGraphSend(await post(url, { headers, body: graphBody({ to, body, mark }) }));
  };
}
