import { setTimeout as sleep } from 'node:timers/promises';
import { type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';

/** A line of the log. */
export interface LogLine {
  readonly at: string;
  /** The log group, without what all have in common. */
  readonly log: string;
  readonly level: string;
  /** All of it, as it was written. */
  readonly text: string;
}

interface Asked {
  readonly query: string;
  /** In ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

const EVERY_MS = 1_000;
const PATIENCE_MS = 120_000;

/** Runs a query over the logs of all functions of a stack, and waits for what it finds. */
export async function runQuery(
  stack: StackAddress,
  { query, from, to, signal }: Asked,
): Promise<readonly LogLine[]> {
  // Loaded here, because it takes longer than all the rest of the command.
  const logs = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new logs.CloudWatchLogsClient();
  const explain = unavailable(`the logs of ${stack.name} cannot be queried`);
  try {
    const { queryId } = await client
      .send(
        new logs.StartQueryCommand({
          logGroupNames: await logGroupsOf(stack).catch(explain),
          ...{ queryString: query, startTime: seconds(from), endTime: seconds(to) },
        }),
      )
      .catch(explain);
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until && !signal.aborted) {
      const found = await client.send(new logs.GetQueryResultsCommand({ queryId })).catch(explain);
      if (found.status === 'Complete') return (found.results ?? []).map(toLine);
      if (found.status !== 'Running' && found.status !== 'Scheduled') break;
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    throw new UnavailableError(`the query of the logs of ${stack.name} did not end: ask for less`);
  } finally {
    client.destroy();
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A query takes so many log groups. */
const MOST_GROUPS = 50;

/** The outputs of the stack name its functions, and these their logs. */
async function logGroupsOf({ outputs }: StackAddress): Promise<string[]> {
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient();
  const names = [...outputs].filter(([name]) => /Function$/.test(name)).map(([, value]) => value);
  try {
    const groups = await Promise.all(
      names.slice(0, MOST_GROUPS).map(async (FunctionName) => {
        const command = new GetFunctionConfigurationCommand({ FunctionName });
        const { LoggingConfig } = await client.send(command);
        return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
      }),
    );
    return [...new Set(groups)];
  } finally {
    client.destroy();
  }
}

type Field = { readonly field?: string | undefined; readonly value?: string | undefined };

function toLine(fields: readonly Field[]): LogLine {
  const member = (name: string) => fields.find(({ field }) => field === name)?.value ?? '';
  return {
    at: `${member('@timestamp').replace(' ', 'T')}Z`,
    log: member('@log').replace(/^.*[:/]/, ''),
    level: member('level'),
    text: member('@message').trimEnd(),
  };
}
