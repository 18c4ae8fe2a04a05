import { type OutgoingMessage, outgoingId } from '../../lambda/table/outgoing-message.ts';

export const OUTGOING_NOW = Date.parse('2026-11-22T06:00:00.000Z');

/** A text that somebody asked to send. */
export function anOutgoing(overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const { channel = '123', to = { kind: 'phone', name: '5215550001111' } as const } = overrides;
  return {
    id: outgoingId(channel, to, 'key'),
    provider: 'meta',
    body: '{"type":"text","text":{"body":"hello"}}',
    category: 'service',
    class: 'reply',
    notAfter: OUTGOING_NOW + 86_400_000,
    createdAt: OUTGOING_NOW,
    ...overrides,
    ...{ channel, to },
  };
}
