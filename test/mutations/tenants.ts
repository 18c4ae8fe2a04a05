import type { Mutation } from './mutation.ts';

export const TENANTS: readonly Mutation[] = [
  {
    name: 'has whoever is of no tenant see all',
    file: 'lambda/tenants/caller-tenant.ts',
    find: 'callers.find((one) => one.principal === principal)?.tenant',
    replace: '(callers.find((one) => one.principal === principal)?.tenant ?? ALL_TENANTS)',
    test: 'test/tenants/managing/answer.test.ts',
  },
  {
    name: 'takes a role of another account for one of this',
    file: 'lambda/answers/principal.ts',
    find: 'if (of !== account) return undefined;',
    replace: 'if (of === undefined) return undefined;',
    test: 'test/answers/principal.test.ts',
  },
  {
    name: 'has the first caller that is of a tenant lock out who said so',
    file: 'lambda/tenants/managing/manage.ts',
    find: 'if (tenantAmong(after, you) === ALL_TENANTS) return undefined;',
    replace: 'if (you !== undefined) return undefined;',
    test: 'test/tenants/managing/answer.test.ts',
  },
  {
    name: 'shows a caller the contacts of another tenant',
    file: 'lambda/reading/answer.ts',
    find: 'deps: isTheirs ? deps : { ...deps, table: NO_ROWS }',
    replace: 'deps: isTheirs || NO_ROWS ? deps : deps',
    test: 'test/pipeline/tenants.test.ts',
  },
  {
    name: 'lets a caller have at the subscribers of another tenant',
    file: 'lambda/delivery/subscribers/narrow.ts',
    find: 'if (found?.subscriber?.tenant !== tenant)',
    replace: 'if (found === undefined)',
    test: 'test/pipeline/tenants.test.ts',
  },
  {
    name: 'lets a caller send from a channel of another tenant',
    file: 'lambda/channels/channels-of-tenant.ts',
    find: 'return stored?.channel.tenant === tenant ? stored : undefined;',
    replace: 'return stored;',
    test: 'test/pipeline/tenants.test.ts',
  },
  {
    name: 'hands events on to the subscribers of all tenants',
    file: 'lambda/delivery/router/receivers.ts',
    find: 'return isOfTenant(subscriber, event, isTheirs) ?? true;',
    replace: 'return isOfTenant(subscriber, event, isTheirs) !== null;',
    test: 'test/delivery/router/tenants.test.ts',
  },
  {
    name: 'lets a caller have events put into the queue of another tenant',
    file: 'lambda/delivery/subscribers/check-queue.ts',
    find: "if (owner === 'another tenant') return notToBeSentTo(queueUrl);",
    replace: '',
    test: 'test/delivery/subscribers/narrow.test.ts',
  },
];
