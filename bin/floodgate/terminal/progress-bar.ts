const WIDTH = 30;
const REDRAW_MS = 100;
const LINE_EVERY_MS = 10_000;
const ERASE_LINE = '\r\u001b[K';

export interface ProgressBar {
  /** @param after what else there is to say, as far as the terminal has room for it */
  readonly show: (label: string, done: number, total: number, after?: string) => void;
  /** Where nobody knows how much there is. */
  readonly count: (label: string, done: number) => void;
  readonly clear: () => void;
}

/** A bar on one line of a terminal; elsewhere a line every ten seconds, as a sign of life. */
export function progressBar(
  stream: NodeJS.WritableStream,
  now: () => number = () => performance.now(),
): ProgressBar {
  return isTerminal(stream) ? drawnBar(stream, now) : lines(stream, now);
}

function drawnBar(stream: NodeJS.WritableStream, now: () => number): ProgressBar {
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    show: (label, done, total, after = '') => {
      const nowMs = now();
      if (nowMs - drawnMs < REDRAW_MS && done < total) return;
      drawnMs = nowMs;
      const filled = total === 0 ? WIDTH : Math.floor((WIDTH * done) / total);
      const bar = '█'.repeat(filled).padEnd(WIDTH, '░');
      const line = `${label} ${bar} ${done}/${total}`;
      stream.write(
        `${ERASE_LINE}${line}${after === '' ? '' : fitting(`  ${after}`, line, stream)}`,
      );
    },
    count: (label, done) => stream.write(`${ERASE_LINE}${label} ${done}`),
    clear: () => stream.write(ERASE_LINE),
  };
}

function lines(stream: NodeJS.WritableStream, now: () => number): ProgressBar {
  let writtenMs = now();
  const say = (text: string) => {
    if (now() - writtenMs < LINE_EVERY_MS) return;
    writtenMs = now();
    stream.write(`${text}\n`);
  };
  return {
    show: (label, done, total) => say(`${label.trim()} ${done}/${total}`),
    count: (label, done) => say(`${label.trim()} ${done}`),
    clear: () => undefined,
  };
}

export function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** A line that goes on below cannot be erased. */
function fitting(after: string, line: string, stream: NodeJS.WritableStream): string {
  const columns = 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 0;
  return columns === 0 ? after : after.slice(0, Math.max(columns - line.length - 1, 0));
}
