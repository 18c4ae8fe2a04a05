import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Reads } from '../answers.ts';
import { read } from './ask.ts';
import { type Polling, poll } from './poll.ts';

export interface Polled<Value> {
  /** The last one that was read; undefined before the first. */
  readonly value: Value | undefined;
  /** Why the last look failed; undefined where it did not. */
  readonly fault: string | undefined;
  /** Looks now. */
  readonly refresh: () => void;
}

/**
 * Reads something again and again while it is shown and the page is seen.
 *
 * @param everyMs from one answer to the next question
 */
export function usePolled<Name extends keyof Reads>(
  name: Name,
  query: Readonly<Record<string, string>>,
  everyMs: number,
): Polled<Reads[Name]> {
  const [value, setValue] = useState<{ of: string; read: Reads[Name] }>();
  const [fault, setFault] = useState<string>();
  const polling = useRef<Polling>(undefined);
  const asked = JSON.stringify([name, query]);
  useEffect(() => {
    const started = poll({
      look: async (signal) => setValue({ of: asked, read: await read(name, query, signal) }),
      onFault: setFault,
      everyMs,
    });
    polling.current = started;
    return started.end;
    // What is asked decides, and not the object that it stands in.
  }, [asked, everyMs]);
  const refresh = useCallback(() => polling.current?.now(), []);
  return { value: value?.of === asked ? value.read : undefined, fault, refresh };
}
