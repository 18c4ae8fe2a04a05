/** Route key under which a contact is forgotten. */
export const FORGET_ROUTE = 'DELETE /v1/channels/{channel}/contacts/{contact}';
