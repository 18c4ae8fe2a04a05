import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otherWamids, tokenOf, userOfWamid } from '../../lambda/events/wamid.ts';

function wamid(user: string, between: readonly number[], token: string, end = [0]): string {
  const text = (value: string) => [
    ...(value.length < 128 ? [value.length] : [(value.length % 128) + 128, value.length >> 7]),
    ...Buffer.from(value),
  ];
  const bytes = [0x1c, 0x18, ...text(user), ...between, 0x18, ...text(token), ...end];
  return `wamid.${Buffer.from(bytes).toString('base64')}`;
}

const BY_PHONE = [0x15, 0x02, 0x00, 0x12];
const BY_BSUID = [0x15, 0x14, 0x00, 0x12];
const TOKEN = '3AF0000000000000000A';
const PHONE = '5215550001111';
const LONG_BSUID = `US.${'9'.repeat(128)}`;

describe('a wamid', () => {
  test.each([
    [wamid(PHONE, BY_PHONE, TOKEN), PHONE],
    [wamid('US.66', BY_BSUID, TOKEN), 'US.66'],
    [wamid(LONG_BSUID, BY_BSUID, TOKEN), LONG_BSUID],
    [wamid(PHONE, [0x15, 0x14, 0x00, 0x11], TOKEN), PHONE],
    [wamid(PHONE, [0x42], TOKEN, []), PHONE],
  ])('%s names its user, and a token that is the same for other users', (id, user) => {
    expect(userOfWamid(id)).toBe(user);
    expect(tokenOf(id)).toBe(TOKEN);
  });

  test.each([
    'wamid.C01==',
    'wamid.',
    'AC111',
    'wamid.gBGGSFcCNEOPAgkO_KJ55r4w_ww',
    `wamid.${Buffer.from([0x1c, 0x18, 200, 1]).toString('base64')}`,
    `wamid.${Buffer.from([0x1c, 0x18, 3, 1, 2, 3, 0x18, 1, 65, 0]).toString('base64')}`,
    wamid(PHONE, BY_PHONE, TOKEN, [0, 0]),
  ])('%s that cannot be read is taken whole', (id) => {
    expect(userOfWamid(id)).toBeUndefined();
    expect(tokenOf(id)).toBe(id);
    expect(otherWamids(id, [PHONE])).toEqual([]);
  });

  test('is made for other users, of whatever kind they are taken for', () => {
    const id = wamid('US.66', BY_BSUID, TOKEN);

    expect(otherWamids(id, [PHONE])).toEqual([
      wamid(PHONE, BY_BSUID, TOKEN),
      wamid(PHONE, BY_PHONE, TOKEN),
    ]);
    expect(otherWamids(id, [PHONE], 'either')).toContain(
      wamid(PHONE, [0x15, 0x02, 0x00, 0x11], TOKEN),
    );
    expect(otherWamids(wamid(PHONE, BY_PHONE, TOKEN), [LONG_BSUID])).toContain(
      wamid(LONG_BSUID, BY_BSUID, TOKEN),
    );
  });

  test('made for another user leads back', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^\d{6,15}$/),
      fc.stringMatching(/^[A-Z]{2}\.\w{1,128}$/),
    );
    await fc.assert(
      fc.property(name, name, fc.stringMatching(/^[0-9A-F]{8,40}$/), (one, other, token) => {
        fc.pre(one !== other);
        const id = wamid(one, BY_PHONE, token);
        for (const made of otherWamids(id, [other])) {
          expect(tokenOf(made)).toBe(token);
          expect(userOfWamid(made)).toBe(other);
        }
        expect(otherWamids(wamid(other, BY_PHONE, token), [one])).toContain(id);
      }),
    );
  });

  test('never throws, whatever it is', async () => {
    await fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const id = `wamid.${Buffer.from([0x1c, 0x18, ...bytes]).toString('base64')}`;
        expect(tokenOf(id)).toEqual(expect.any(String));
        expect(otherWamids(id, [PHONE], 'either')).toEqual(expect.any(Array));
      }),
    );
  });
});
