import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { saidBy } from '../ask.ts';

/** Has a view that made a mistake say so, with all the others still there. */
export function Guarded({ children }: { readonly children: ComponentChildren }) {
  const [error, tryAgain] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  return (
    <p class="fault" role="alert">
      {`The console made a mistake here: ${saidBy(error)} `}
      <button type="button" onClick={tryAgain}>
        Try again
      </button>
    </p>
  );
}
