import type { ComponentChildren } from 'preact';
import { Badge, Fault, type Tone, Written } from './pieces.tsx';

/** One card beneath another, in the order of what they are of. */
export function Cards<One extends { readonly id: string }>({
  all,
  fault,
  children,
}: {
  readonly all: readonly One[];
  /** Why they cannot be read now. */
  readonly fault: string | undefined;
  readonly children: (one: One) => ComponentChildren;
}) {
  return (
    <>
      <Fault says={fault} />
      <ul class="cards">
        {all.map((one) => (
          <li key={one.id}>{children(one)}</li>
        ))}
      </ul>
    </>
  );
}

/** What somebody named, and how it fares. */
export function Card({
  name,
  state,
  tone,
  children,
}: {
  readonly name: string;
  readonly state: string;
  readonly tone: Tone;
  readonly children: ComponentChildren;
}) {
  return (
    <article class="card" aria-label={name}>
      <header>
        <h2>
          <Written text={name} />
        </h2>
        <Badge tone={tone}>{state}</Badge>
      </header>
      {children}
    </article>
  );
}
