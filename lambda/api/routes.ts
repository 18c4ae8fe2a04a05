/** Route keys of the read API. */
export const API_ROUTES = {
  timeline: 'GET /v1/channels/{channel}/contacts/{contact}/timeline',
  contact: 'GET /v1/channels/{channel}/contacts/{contact}',
  message: 'GET /v1/channels/{channel}/messages/{wamid}',
} as const;
