import { describe, expect, test } from 'vitest';
import { errorAnswer } from '../../../lambda/answers/schemas.ts';
import { callerReader, callerWriter } from '../../../lambda/tenants/caller-table.ts';
import { tenantAmong } from '../../../lambda/tenants/caller-tenant.ts';
import { type AnswerDeps, answer } from '../../../lambda/tenants/managing/answer.ts';
import { TENANT_ROUTES as R } from '../../../lambda/tenants/managing/routes.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { aRequest } from '../../support/fake-ingest.ts';

const { dynamodb, tableName } = await anEventTable();
const callers = callerReader(dynamodb, tableName);
const deps: AnswerDeps = {
  callers,
  tenantOf: async (principal, signal) => tenantAmong(await callers(signal), principal),
  table: callerWriter(dynamodb, tableName),
  error: () => {},
};

/** Somebody's requests. */
function as(you?: string) {
  const send = async (routeKey: string, principal?: string, body?: unknown) => {
    const rawBody = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const request = aRequest({ routeKey, rawBody, path: { principal } });
    const result = await answer(you === undefined ? request : { ...request, principal: you }, deps);
    const json: unknown = result.body === undefined ? undefined : JSON.parse(result.body);
    return { status: result.statusCode ?? 0, body: json };
  };
  return {
    list: () => send(R.list),
    put: (principal: string, tenant: unknown) => send(R.put, principal, { tenant }),
    remove: (principal: string) => send(R.remove, principal),
    send,
  };
}

const admin = as('role/admin');

function reasonOf(body: unknown): string {
  return errorAnswer.parse(body).error.message;
}

describe('who sees which tenant', () => {
  test('is said and listed by name', async () => {
    expect(await admin.list()).toEqual({ status: 200, body: { callers: [], you: 'role/admin' } });
    expect(await admin.put('role/admin', '*')).toEqual({
      ...{ status: 200, body: { principal: 'role/admin', tenant: '*' } },
    });
    expect((await admin.put('role/acme', 'brand')).status).toBe(200);
    expect((await admin.put('role/acme', 'acme')).status).toBe(200);
    expect(await admin.list()).toEqual({
      status: 200,
      body: {
        callers: [
          { principal: 'role/acme', tenant: 'acme' },
          { principal: 'role/admin', tenant: '*' },
        ],
        you: 'role/admin',
      },
    });
    expect(await admin.remove('role/acme')).toEqual({ status: 204, body: undefined });
    expect((await admin.remove('role/acme')).status).toBe(404);
  });

  test('is for those that see all', async () => {
    await admin.put('role/admin', '*');
    await admin.put('role/acme', 'acme');
    for (const you of ['role/acme', 'role/nobody', undefined]) {
      const caller = as(you);
      const [listed, put, removed] = [
        await caller.list(),
        await caller.put('role/acme', '*'),
        await caller.remove('role/admin'),
      ];
      expect([listed.status, put.status, removed.status]).toEqual([403, 403, 403]);
    }
    expect(reasonOf((await as('role/nobody').list()).body)).toBe(
      'role/nobody is of no tenant: have somebody who sees all of them run npx floodgate tenant add TENANT role/nobody',
    );
    expect(reasonOf((await as().list()).body)).toContain('no role or user of this account');
  });
});

describe('whoever changes that', () => {
  test('is not locked out by the first', async () => {
    const { status, body } = await admin.put('role/acme', 'acme');
    expect(status).toBe(409);
    expect(reasonOf(body)).toBe(
      "you would see nothing, or not all, and could not undo it: give yourself all tenants first: npx floodgate tenant add '*' role/admin",
    );
    expect((await admin.put('role/admin', 'acme')).status).toBe(409);
    expect((await as().put('role/admin', '*')).status).toBe(409);
    expect((await admin.list()).body).toEqual({ callers: [], you: 'role/admin' });
  });

  test('is not locked out by taking it from themselves, but where nobody is left', async () => {
    await admin.put('role/admin', '*');
    await admin.put('role/other', '*');
    expect((await admin.put('role/admin', 'acme')).status).toBe(409);
    const { status, body } = await admin.remove('role/admin');
    expect([status, reasonOf(body)]).toEqual([409, expect.stringContaining('remove all others')]);
    expect((await as('role/other').remove('role/admin')).status).toBe(204);
    expect((await as('role/other').remove('role/other')).status).toBe(204);
    expect((await as('role/anybody').list()).status).toBe(200);
  });
});

test.each([
  ['acme', { tenant: 'acme' }, 'a caller is role/NAME, user/NAME or root, without a path'],
  ['role/acme', { tenant: 'Acme' }, 'tenant takes up to 63 lower case letters'],
  ['role/acme', {}, 'tenant is missing'],
])('is answered 400 for what is wrong: %s, %j', async (principal, body, reason) => {
  const answered = await admin.send(R.put, principal, body);
  expect(answered.status).toBe(400);
  expect(reasonOf(answered.body)).toContain(reason);
});

test('is answered 400 where no caller is named to be removed', async () => {
  expect((await admin.remove('acme')).status).toBe(400);
});
