const CHANNEL = '/v1/channels/{channel}';
const ONE = `${CHANNEL}/messages/{id}`;

/** Route keys under which messages are sent; the read API shows them. */
export const MESSAGE_ROUTES = {
  send: `POST ${CHANNEL}/messages`,
  cancel: `DELETE ${ONE}`,
  resolve: `POST ${ONE}/resolve`,
  list: `GET ${CHANNEL}/outgoing`,
} as const;
