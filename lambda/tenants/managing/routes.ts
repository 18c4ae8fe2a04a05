const ALL = '/v1/tenants';
/** Greedy, since a principal has a slash. */
const ONE = `${ALL}/{principal+}`;

/** Route keys under which it is managed who sees which tenant. */
export const TENANT_ROUTES = {
  list: `GET ${ALL}`,
  put: `PUT ${ONE}`,
  remove: `DELETE ${ONE}`,
} as const;
