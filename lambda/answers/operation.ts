/** An operation of the HTTP API, as its OpenAPI document describes it. */
export interface Operation {
  readonly id: string;
  /** Such as `GET /v1/subscribers/{id}`. */
  readonly route: string;
  readonly summary: string;
  /** Schema of the request's body. */
  readonly body?: string;
  /** @default 200 */
  readonly status?: string;
  /** Schema of the answer, where it has a body. */
  readonly answer?: string;
  readonly query?: readonly object[];
  /** What 404 means. */
  readonly missing?: string;
  /** What 409 means. */
  readonly conflict?: string;
  /** What further codes mean. */
  readonly others?: Readonly<Record<string, string>>;
}
