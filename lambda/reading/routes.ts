/** Route keys of the read API. */
export const API_ROUTES = {
  timeline: 'GET /v1/channels/{channel}/contacts/{contact}/timeline',
  contact: 'GET /v1/channels/{channel}/contacts/{contact}',
  /** Greedy, since HTTP APIs decode the path before they match it, and a wamid may hold slashes. */
  message: 'GET /v1/channels/{channel}/messages/{wamid+}',
  /** In the contact's path: what a contact sent is stored with the contact, and found by it alone. */
  media: 'GET /v1/channels/{channel}/contacts/{contact}/media/{wamid+}',
} as const;
