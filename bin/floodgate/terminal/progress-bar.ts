const WIDTH = 30;
const REDRAW_MS = 100;
const ERASE_LINE = '\r\u001b[K';

export interface ProgressBar {
  readonly show: (label: string, done: number, total: number) => void;
  /** Where nobody knows how much there is. */
  readonly count: (label: string, done: number) => void;
  readonly clear: () => void;
}

const nothing = () => undefined;

/** A bar on one line of a terminal; nothing where the stream is none. */
export function progressBar(stream: NodeJS.WritableStream): ProgressBar {
  const isTerminal = 'isTTY' in stream && stream.isTTY === true;
  if (!isTerminal) return { show: nothing, count: nothing, clear: nothing };
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    show: (label, done, total) => {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS && done < total) return;
      drawnMs = nowMs;
      const filled = total === 0 ? WIDTH : Math.floor((WIDTH * done) / total);
      const bar = '█'.repeat(filled).padEnd(WIDTH, '░');
      stream.write(`${ERASE_LINE}${label} ${bar} ${done}/${total}`);
    },
    count: (label, done) => stream.write(`${ERASE_LINE}${label} ${done}`),
    clear: () => stream.write(ERASE_LINE),
  };
}
