/** What the names of all parameters with tokens begin with, in a stage. */
export function tokensPath(stage: string): string {
  return `/floodgate/${stage}/channels`;
}

/** Name of the parameter with a channel's token. */
export function tokenParameter(path: string, channel: string): string {
  return `${path}/${channel}/token`;
}
