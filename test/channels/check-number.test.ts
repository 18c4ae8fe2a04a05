import { describe, expect, test } from 'vitest';
import { checkNumber } from '../../lambda/channels/check-number.ts';

const NUMBER = { id: '1065', messagesPerSecond: 80 };

/** What Meta says of a number with which all is well. */
const WELL = {
  ...{ status: 'CONNECTED', name_status: 'APPROVED', quality_rating: 'GREEN' },
  throughput: { level: 'STANDARD' },
  whatsapp_business_manager_messaging_limit: 'TIER_100K',
  webhook_configuration: { application: 'https://api.example/webhooks/meta' },
  health_status: { can_send_message: 'AVAILABLE' },
};

const faultsOf = (json: object, number = NUMBER) =>
  checkNumber({ status: 200, json }, number)
    .filter(({ ok }) => !ok)
    .map(({ check, found }) => `${check}: ${found}`);

describe('a number', () => {
  test('with which all is well has no fault', () => {
    expect(faultsOf(WELL)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['is banned', { status: 'BANNED' }, 'number: BANNED'],
    ['is not connected', { status: 'PENDING' }, 'number: PENDING'],
    ['has a name that was declined', { name_status: 'DECLINED' }, 'name: DECLINED'],
    ['has a bad quality', { quality_rating: 'RED' }, 'quality: RED'],
    [
      'has an account that cannot send',
      { health_status: { can_send_message: 'BLOCKED' } },
      'account: BLOCKED',
    ],
    [
      'has webhooks sent elsewhere, though the app has ours',
      { webhook_configuration: { ...WELL.webhook_configuration, phone_number: 'https://other' } },
      'webhook: https://other',
    ],
  ])('%s', (_, changed, fault) => {
    expect(faultsOf({ ...WELL, ...changed })).toEqual([fault]);
  });

  test('is at fault in what is needed where Meta tells nothing, and in its health not', () => {
    expect(faultsOf({})).toEqual(['number: not told', 'name: not told', 'webhook: not told']);
  });

  test('that Meta slows to the standard is at fault where the channel sends faster', () => {
    expect(faultsOf(WELL, { ...NUMBER, messagesPerSecond: 1000 })).toEqual([
      'throughput: STANDARD, the channel has 1000 a second',
    ]);
  });

  test.each([
    [{ error: { message: 'no permission' } }, 'not shown to this token: no permission'],
    [undefined, 'not shown to this token: Meta answers 403'],
  ])('that is not shown to the token is told in Meta’s words, or by the status', (json, found) => {
    expect(checkNumber({ status: 403, json }, NUMBER)).toMatchObject([
      { check: 'number', ok: false, found },
    ]);
  });
});
