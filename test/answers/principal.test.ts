import { describe, expect, test } from 'vitest';
import { principalOf, principalParameter } from '../../lambda/answers/principal.ts';

const OURS = '123456789012';

describe('who calls', () => {
  test.each([
    [`arn:aws:sts::${OURS}:assumed-role/acme-bot/i-0123`, 'role/acme-bot'],
    [
      `arn:aws:sts::${OURS}:assumed-role/AWSReservedSSO_Ops_0a1b/ana@acme.example`,
      'role/AWSReservedSSO_Ops_0a1b',
    ],
    [`arn:aws-cn:sts::${OURS}:assumed-role/acme-bot/one`, 'role/acme-bot'],
    [`arn:aws:iam::${OURS}:user/ana`, 'user/ana'],
    [`arn:aws:iam::${OURS}:user/teams/acme/ana`, 'user/ana'],
    [`arn:aws:iam::${OURS}:root`, 'root'],
  ])('is by %s %s', (arn, principal) => {
    expect(principalOf(arn, OURS)).toBe(principal);
    expect(principalParameter(principal)).toBe(principal);
  });

  test.each([
    // A role of the same name in an account of somebody else's.
    'arn:aws:sts::999999999999:assumed-role/acme-bot/one',
    `arn:aws:sts::${OURS}:federated-user/ana`,
    `arn:aws:iam::${OURS}:user/`,
    `arn:aws:sts::${OURS}:assumed-role`,
    `arn:aws:iam::${OURS}:role/acme-bot`,
    'acme-bot',
    '',
  ])('is nobody by %s', (arn) => {
    expect(principalOf(arn, OURS)).toBeUndefined();
  });
});

describe('a caller in a path', () => {
  test('may have a plus, whatever decoded it', () => {
    expect(principalParameter('role/a+b')).toBe('role/a+b');
    expect(principalParameter('role/a b')).toBe('role/a+b');
    expect(principalParameter('role/a%2Bb')).toBe('role/a+b');
  });

  test.each([
    undefined,
    '',
    'acme',
    'role/',
    'role/a/b',
    'group/a',
    'role/a:b',
    '%',
    `role/${'a'.repeat(65)}`,
  ])('is none in %s', (text) => {
    expect(principalParameter(text)).toBeUndefined();
  });
});
