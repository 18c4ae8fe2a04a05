/** Messages that went out about now: whether their statuses come tells whether webhooks do. */
export interface Neighbours {
  readonly sent: (id: string) => void;
  /** Ids of those of the last minute, the latest ones. */
  readonly of: () => readonly string[];
}

const MINUTE_MS = 60_000;
const KEPT = 40;

export function recentlySent(now: () => number): Neighbours {
  let recent: readonly { readonly id: string; readonly at: number }[] = [];
  return {
    sent: (id) => {
      recent = [...recent, { id, at: now() }].slice(-KEPT);
    },
    of: () => recent.filter(({ at }) => at > now() - MINUTE_MS).map(({ id }) => id),
  };
}
