import { type ComponentChildren, h } from 'preact';
import { useMemo } from 'preact/hooks';

/** What a widget may be made of; of anything else its text is shown. */
const ELEMENTS: ReadonlySet<string> = new Set(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'p']);

/** HTML that a function of the stack drew for a dashboard: its elements without attributes, and its text as text. */
export function Drawn({ title, html }: { readonly title: string; readonly html: string }) {
  const body = useMemo(() => new DOMParser().parseFromString(html, 'text/html').body, [html]);
  return (
    <figure class="drawn">
      <figcaption>{title}</figcaption>
      <section class="scrolls" tabIndex={0} aria-label={title}>
        {childrenOf(body)}
      </section>
    </figure>
  );
}

function childrenOf(node: Node): ComponentChildren {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return child.textContent;
    const name = child.nodeName.toLowerCase();
    return ELEMENTS.has(name) ? h(name, null, childrenOf(child)) : childrenOf(child);
  });
}
