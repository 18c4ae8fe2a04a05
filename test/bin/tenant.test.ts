import { describe, expect, test } from 'vitest';
import { readTenantOptions } from '../../bin/floodgate/tenant/options.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { floodgate } from './command-line.ts';

describe('a command line that is wrong', () => {
  test.each([
    [[], 'tenant takes add, list or remove, not nothing'],
    [['add', 'acme'], "add takes a tenant, or '*' for all, and a role or a user"],
    [
      ['add', 'acme', 'acme-bot'],
      'a caller is role/NAME, user/NAME, or the ARN of one, not "acme-bot"',
    ],
    [['remove'], 'remove takes a role or a user'],
    [['list', 'acme'], "unexpected argument 'acme'"],
    [['list', '--tenant', 'acme'], "unknown option '--tenant'"],
  ])('tells why: %j', async (args, reason) => {
    const { exitCode, stderr } = await floodgate(['tenant', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
  });
});

test.each([
  ['role/acme-bot', 'role/acme-bot'],
  ['arn:aws:iam::123456789012:role/acme-bot', 'role/acme-bot'],
  ['arn:aws:iam::123456789012:role/teams/acme/acme-bot', 'role/acme-bot'],
  ['arn:aws:sts::123456789012:assumed-role/acme-bot/ana', 'role/acme-bot'],
  ['arn:aws:iam::123456789012:user/teams/ana', 'user/ana'],
])('takes for a caller %s', (typed, principal) => {
  const values = { json: false };
  expect(readTenantOptions({ action: 'remove', words: [typed], values })).toMatchObject({
    ...{ action: 'remove', principal },
  });
});

test('says who sees what, as whoever the local stack is told to be called by', {
  timeout: 120_000,
}, async () => {
  const { url } = await aLocalStack();
  const as = (caller: string | undefined, ...args: string[]) =>
    floodgate([...args, '--api', url], undefined, { FLOODGATE_CALLER: caller });

  expect((await as(undefined, 'tenant', 'list')).stdout).toBe(
    'Nobody is of a tenant: everybody sees all.\nYou are user/local.\n',
  );
  const early = await as('role/admin', 'tenant', 'add', 'acme', 'role/acme');
  expect([early.exitCode, early.stderr]).toEqual([
    1,
    expect.stringContaining("tenant add '*' role/admin"),
  ]);
  const all = await as('role/admin', 'tenant', 'add', '*', 'role/admin');
  expect([all.exitCode, all.stdout]).toEqual([0, 'role/admin sees all tenants.\n']);
  expect((await as('role/admin', 'tenant', 'add', 'acme', 'role/acme')).exitCode).toBe(0);
  expect((await as('role/admin', 'tenant', 'list')).stdout).toBe(
    'CALLER      SEES\nrole/acme   acme\nrole/admin  all tenants\nYou are role/admin.\n',
  );
  const unknown = await as(undefined, 'subscriber', 'list');
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('user/local is of no tenant'),
  ]);
  expect((await as('role/acme', 'subscriber', 'list')).exitCode).toBe(0);
  const removed = await as('role/admin', 'tenant', 'remove', 'role/acme', '--json');
  expect(removed.stdout).toBe('{"removed":"role/acme"}\n');
});
