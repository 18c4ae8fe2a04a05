const ALL = '/v1/campaigns';
const ONE = `${ALL}/{campaign}`;

/** Route keys under which campaigns are managed. */
export const CAMPAIGN_ROUTES = {
  list: `GET ${ALL}`,
  create: `POST ${ALL}`,
  show: `GET ${ONE}`,
  change: `PATCH ${ONE}`,
  upload: `POST ${ONE}/upload`,
  check: `POST ${ONE}/check`,
  test: `POST ${ONE}/test`,
  start: `POST ${ONE}/start`,
  pause: `POST ${ONE}/pause`,
  resume: `POST ${ONE}/resume`,
  cancel: `POST ${ONE}/cancel`,
  retry: `POST ${ONE}/retry-failed`,
  export: `POST ${ONE}/export`,
  putIn: `POST ${ONE}/recipients`,
  recipient: `GET ${ONE}/recipients/{key}`,
  takeOut: `DELETE ${ONE}/recipients/{key}`,
  exported: `GET ${ONE}/exports/{export}`,
} as const;
