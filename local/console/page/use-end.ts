import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Keeps a list at its end whenever another stands there.
 *
 * @param newest its id: a list that shows so many at most grows no longer
 */
export function useEnd<Element extends HTMLElement>(
  newest: string | undefined,
): RefObject<Element | null> {
  const list = useRef<Element>(null);
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null) current.scrollTop = current.scrollHeight;
  }, [newest]);
  return list;
}
