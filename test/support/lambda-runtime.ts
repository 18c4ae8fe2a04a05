import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, vi } from 'vitest';

/**
 * Loads a handler as Lambda starts it: its module runs anew, in this environment.
 *
 * The environment stays until `vi.unstubAllEnvs`, as a handler may read it later.
 * @param environment the function's own settings, and where its services are (`AWS_ENDPOINT_URL…`)
 */
export function startedIn<T>(
  environment: Readonly<Record<string, string>>,
  load: () => Promise<T>,
): Promise<T> {
  const ofEvery = {
    POWERTOOLS_METRICS_NAMESPACE: 'Floodgate',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries({ ...ofEvery, ...environment })) {
    vi.stubEnv(name, value);
  }
  vi.resetModules();
  return load();
}

/** The context of an invocation that has so much time left. */
export function contextWith(remainingMs: number): Context {
  return Object.assign(Object.create(null), {
    awsRequestId: 'request',
    getRemainingTimeInMillis: () => remainingMs,
  });
}

/** Keeps what this process writes, a string for each line or chunk, until mocks are restored. */
export function keepOutput(output: string[] = []): string[] {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      output.push(String(chunk));
      return true;
    });
  }
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...line) => void output.push(line.join(' ')));
  }
  return output;
}

/**
 * Keeps what each test of a file writes, and ends it in the process's own environment.
 *
 * @returns what the test that runs has written so far
 */
export function runsInLambda(): readonly string[] {
  const output: string[] = [];
  beforeEach(() => {
    output.length = 0;
    keepOutput(output);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  return output;
}
