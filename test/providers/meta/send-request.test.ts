import { describe, expect, test } from 'vitest';
import { graphBody } from '../../../lambda/providers/meta/send-request.ts';

describe("the body of Graph's request", () => {
  test("carries our mark, and the sender's own members as they are written", () => {
    const to = { kind: 'phone', name: '5215550001111' } as const;
    const text = graphBody({ to, body: '{"type":"text","n":12345678901234567890}', mark: 'm' });

    expect(text).toContain('"n":12345678901234567890}');
    expect(JSON.parse(text)).toMatchObject({
      ...{ messaging_product: 'whatsapp', to: '+5215550001111', biz_opaque_callback_data: 'm' },
    });
  });

  test('names a BSUID as the recipient', () => {
    const body = graphBody({
      to: { kind: 'userId', name: 'MX.1' },
      body: '{"type":"text"}',
      mark: 'm',
    });

    expect(JSON.parse(body)).toMatchObject({ recipient: 'MX.1', type: 'text' });
    expect(JSON.parse(body)).not.toHaveProperty('to');
  });
});
