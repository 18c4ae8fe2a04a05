import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Keeps a list at its end whenever another stands there, and at the same line when others come before it.
 *
 * @param newest its id: a list that shows so many at most grows no longer
 * @param oldest likewise
 */
export function useEnd<Element extends HTMLElement>(
  newest: string | undefined,
  oldest?: string,
): RefObject<Element | null> {
  const list = useRef<Element>(null);
  const height = useRef(0);
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null) current.scrollTop += current.scrollHeight - height.current;
  }, [oldest]);
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null) current.scrollTop = current.scrollHeight;
  }, [newest]);
  useLayoutEffect(() => {
    height.current = list.current?.scrollHeight ?? 0;
  });
  return list;
}
