/** Shows each step with its time, and counts. */
export interface Report {
  /** Runs one step; says what it resolves with. Rejects as it does. */
  readonly step: <Result>(name: string, run: () => Promise<Said<Result>>) => Promise<Result>;
  readonly summary: () => string;
}

/** What came out, for people and for the steps that follow. */
interface Said<Result> {
  readonly said?: string;
  readonly result: Result;
}

/** Where a step says that it cannot run here, and that is excused, it counts neither way. */
export function createReport(
  write: (line: string) => void,
  isExcused: (error: unknown) => boolean,
): Report {
  let passed = 0;
  let failed = 0;
  return {
    step: async (name, run) => {
      const from = performance.now();
      const line = (mark: string) =>
        `${mark} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${name}`;
      try {
        const { said, result } = await run();
        passed += 1;
        write(said === undefined ? line('ok    ') : `${line('ok    ')}: ${said}`);
        return result;
      } catch (error) {
        if (!isExcused(error)) failed += 1;
        write(line(isExcused(error) ? 'absent' : 'FAILED'));
        throw error;
      }
    },
    summary: () => `${passed} passed, ${failed} failed`,
  };
}
