import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Keeps a list at its end, where the newest stands, whenever there is more of it. */
export function useEnd<Element extends HTMLElement>(length: number): RefObject<Element | null> {
  const list = useRef<Element>(null);
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null) current.scrollTop = current.scrollHeight;
  }, [length]);
  return list;
}
