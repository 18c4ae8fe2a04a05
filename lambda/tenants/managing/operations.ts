import type { Operation } from '../../answers/operation.ts';
import { TENANT_ROUTES as R } from './routes.ts';

const conflict = 'You would not see all tenants any more: the message says what to do.';

/** The operations on tenants, for the OpenAPI document. All are for callers that see all of them. */
export const TENANT_OPERATIONS: readonly Operation[] = [
  {
    id: 'listCallers',
    route: R.list,
    summary: 'Which roles and users see which tenant',
    answer: 'Callers',
  },
  {
    id: 'putCaller',
    route: R.put,
    summary: 'Has a role or a user see one tenant, or all of them',
    body: 'CallerInput',
    answer: 'Caller',
    conflict,
  },
  {
    id: 'removeCaller',
    route: R.remove,
    summary: 'Has a role or a user see no tenant; after the last one everybody sees all again',
    status: '204',
    missing: 'It is of no tenant.',
    conflict,
  },
];
