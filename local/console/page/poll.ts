import { saidBy } from './ask.ts';

export interface PollOptions {
  /** Looks once. What it throws is told, unless it was ended meanwhile. */
  readonly look: (signal: AbortSignal) => Promise<void>;
  /** Gets what went wrong with a look, and undefined once one went well. */
  readonly onFault: (says: string | undefined) => void;
  /** From the end of one look to the next. */
  readonly everyMs: number;
}

export interface Polling {
  /** Looks at once. */
  readonly now: () => void;
  readonly end: () => void;
}

/** Looks again and again, one look after another, while the page is seen. */
export function poll({ look, onFault, everyMs }: PollOptions): Polling {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function lookOnce(): Promise<void> {
    try {
      await look(ended.signal);
      onFault(undefined);
    } catch (error) {
      if (!ended.signal.aborted) onFault(saidBy(error));
    }
  }

  async function goOn(): Promise<void> {
    clearTimeout(timer);
    if (!document.hidden) await lookOnce();
    if (!ended.signal.aborted) timer = setTimeout(now, everyMs);
  }

  const now = () => void goOn();
  const onShown = () => {
    if (!document.hidden) now();
  };
  document.addEventListener('visibilitychange', onShown);
  now();
  return {
    now,
    end: () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onShown);
    },
  };
}
