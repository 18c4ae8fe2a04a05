import type { ComponentChildren } from 'preact';
import { Face } from './face.tsx';
import { Icon } from './icons.tsx';
import { Written } from './pieces.tsx';

/** Who somebody talks with, above what was said, and the way back. */
export function TalkHeader({
  name,
  under,
  back,
  backTo,
  children,
}: {
  readonly name: string;
  readonly under: string;
  readonly back: string;
  /** As a reader of the screen says it. */
  readonly backTo: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <header>
      <a class="back" href={back} aria-label={`Back to ${backTo}`}>
        <Icon name="back" />
      </a>
      <Face name={name} />
      <div>
        <h2>
          <Written text={name} />
        </h2>
        <small>{under}</small>
      </div>
      {children}
    </header>
  );
}
