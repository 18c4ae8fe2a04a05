import { vi } from 'vitest';

/** Keeps what this process writes, until mocks are restored. */
export function keepOutput(): string[] {
  const output: string[] = [];
  const keep = (line: unknown) => {
    output.push(String(line));
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(keep);
  }
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation(keep);
  }
  return output;
}
