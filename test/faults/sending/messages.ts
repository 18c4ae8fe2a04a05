import { outgoingId } from '../../../lambda/table/outgoing-message.ts';
import { NUMBERS } from '../../../local/whatsapp/business.ts';
import { SESSION } from '../update-parts.ts';
import type { MessageSpec } from './schedule.ts';

/** One that may send 20 messages a second, so that few are a flood. */
export const META_CHANNEL =
  NUMBERS.find(({ messagesPerSecond }) => messagesPerSecond === 20)?.id ?? '';
export const WASENDER_CHANNEL = SESSION;

/** What befalls a message to a number that ends so: see the stand-in's rules. */
const ENDINGS = ['13', '49', '50', '00', '01', '02'] as const;

export interface PlannedMessage {
  readonly spec: MessageSpec;
  readonly channel: string;
  readonly id: string;
  /** The same in each try, by the company's software. */
  readonly key: string;
  /** Stands in what the recipient gets. */
  readonly tag: string;
  readonly to: string;
  readonly body: object;
}

export function planMessages(specs: readonly MessageSpec[]): readonly PlannedMessage[] {
  return specs.map((spec, index) => {
    const tag = `no-${index}-`;
    const key = `key-${index}`;
    const to = numberOf(spec);
    const channel = spec.content === 'wasender' ? WASENDER_CHANNEL : META_CHANNEL;
    const id = outgoingId(channel, { kind: 'phone', name: to }, key);
    return { spec, channel, id, key, tag, to, body: { to: `+${to}`, ...bodyOf(spec, tag) } };
  });
}

/** Half of them with an ending of their own. */
function numberOf({ who }: MessageSpec): string {
  const ending = ENDINGS[who - 10] ?? String(70 + who);
  return `5215550001${ending.padStart(3, '1')}`;
}

function bodyOf({ content, isCampaign }: MessageSpec, tag: string): object {
  const template = (name: string, texts: readonly string[], others: readonly object[] = []) => ({
    type: 'template',
    template: {
      ...{ name, language: { code: 'en_US' } },
      components: [
        { type: 'body', parameters: texts.map((text) => ({ type: 'text', text })) },
        ...others,
      ],
    },
  });
  const rest = { class: isCampaign ? 'campaign' : 'reply' };
  switch (content) {
    case 'utility':
      return { ...rest, category: 'utility', ...template('order_update', [tag, 'on its way']) };
    case 'marketing':
      return { ...rest, category: 'marketing', ...template('plain_offer', [tag]) };
    case 'code': {
      const button = { type: 'button', sub_type: 'url', index: '0' };
      const parameters = [{ type: 'text', text: tag }];
      return {
        ...{ ...rest, category: 'authentication' },
        ...template('login_code', [tag], [{ ...button, parameters }]),
      };
    }
    default:
      // Nobody has written: the provider refuses it, and of WasenderApi nobody has to.
      return { ...rest, force: true, type: 'text', text: { body: tag } };
  }
}
