/**
 * Route keys of the read API.
 *
 * HTTP APIs decode a path before they match it, so that a wamid's `%2F` is a slash by then: its
 * parameter is greedy.
 */
export const API_ROUTES = {
  timeline: 'GET /v1/channels/{channel}/contacts/{contact}/timeline',
  contact: 'GET /v1/channels/{channel}/contacts/{contact}',
  message: 'GET /v1/channels/{channel}/messages/{wamid+}',
} as const;
