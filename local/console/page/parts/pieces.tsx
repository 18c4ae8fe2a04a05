import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { WrongAnswer } from '../../answers.ts';
import { curveOf, readableText } from '../format.ts';
import { Icon } from './icons.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** A word about how something fares. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** What people wrote: as text, in its own direction. */
export function Written({ text }: { readonly text: string | null }) {
  return <bdi>{text}</bdi>;
}

/** What cannot be read now, above what was read last. */
export function Fault({ says }: { readonly says: string | undefined }) {
  return says === undefined ? null : (
    <p class="fault" role="alert">
      {says}
    </p>
  );
}

/** Where there is nothing to show: why, and what to do. */
export function Nothing({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="nothing">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Wait() {
  return <p class="wait">Looking …</p>;
}

/** A command to be typed in a terminal. */
export function CommandLine({ line }: { readonly line: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code>{line}</code>
      <button type="button" class="quiet" onClick={() => void copy()}>
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

/** What is wrong in one sentence, and what to do about it. */
export function Wrong({ what, look, runbook }: WrongAnswer) {
  return (
    <li class="wrong">
      <span class="dot bad" aria-hidden="true" />
      <span>
        <Written text={sentence(readableText(what))} />{' '}
        {runbook !== null && <a href={`/console/runbook.html#${runbook}`}>What to do</a>}
        {look !== null && look !== 'docs/runbook.md' && <code>{look}</code>}
      </span>
    </li>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

const BOX = { width: 160, height: 34 };

/** How something went in the last minutes; its numbers stand beside it. */
export function Sparkline({ points }: { readonly points: readonly (number | null)[] }) {
  if (points.length === 0) return <div class="spark" />;
  const { line, area } = curveOf(points, BOX);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="area" d={area} />
      <path class="line" d={line} />
    </svg>
  );
}

/** A sheet over the page. Escape closes it. */
export function Sheet({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="sheet" onClose={onClose} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet icon-only" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <div class="sheet-body">{children}</div>
    </dialog>
  );
}

/** A button that says that it is at work, and what went wrong. */
export function Action({
  children,
  run,
  kind = 'plain',
}: {
  readonly children: ComponentChildren;
  readonly run: () => Promise<unknown>;
  readonly kind?: 'plain' | 'main' | 'danger';
}) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const press = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await run();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <span class="action">
      <button type="button" class={kind} disabled={isBusy} onClick={() => void press()}>
        {children}
      </button>
      {fault !== undefined && (
        <span class="fault" role="alert">
          {fault}
        </span>
      )}
    </span>
  );
}
