const ALL = '/v1/channels';
const ONE = `${ALL}/{channel}`;

/** Route keys under which channels are managed. */
export const CHANNEL_ROUTES = {
  list: `GET ${ALL}`,
  add: `POST ${ALL}`,
  show: `GET ${ONE}`,
  change: `PATCH ${ONE}`,
  remove: `DELETE ${ONE}`,
  pause: `POST ${ONE}/pause`,
  resume: `POST ${ONE}/resume`,
  check: `POST ${ONE}/check`,
} as const;
