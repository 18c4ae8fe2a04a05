const ALL = '/v1/subscribers';
const ONE = `${ALL}/{id}`;

/** Route keys under which subscribers are managed. */
export const SUBSCRIBER_ROUTES = {
  list: `GET ${ALL}`,
  add: `POST ${ALL}`,
  show: `GET ${ONE}`,
  change: `PATCH ${ONE}`,
  remove: `DELETE ${ONE}`,
  pause: `POST ${ONE}/pause`,
  resume: `POST ${ONE}/resume`,
  readSecret: `GET ${ONE}/secret`,
  rotateSecret: `POST ${ONE}/rotate-secret`,
  test: `POST ${ONE}/test`,
  deliveries: `GET ${ONE}/deliveries`,
  delivery: `GET ${ONE}/deliveries/{event}`,
  listening: `POST ${ONE}/listening`,
  drop: `POST ${ONE}/drops`,
} as const;
