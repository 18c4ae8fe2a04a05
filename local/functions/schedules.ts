import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import type { LocalClock } from '../clock.ts';
import type { LocalTemplate, Resource } from '../template/template.ts';
import type { EventSource } from './event-source.ts';
import type { FunctionHost } from './function-host.ts';

export interface SchedulesOptions {
  readonly template: Pick<LocalTemplate, 'rule' | 'permission' | 'asyncInvoke'>;
  readonly hosts: readonly FunctionHost[];
  readonly clock: LocalClock;
}

type Rule = Resource<'rule'>;

interface Scheduled {
  readonly everyMs: number;
  readonly eventOf: (at: number) => unknown;
  readonly host: FunctionHost;
  /** More than the first. */
  readonly retries: number;
}

const MINUTE_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
};

/** Invokes functions at the rates of the template's rules, by the stack's clock. */
export function startSchedules(options: SchedulesOptions): EventSource[] {
  return options.template.rule
    .filter(({ State }) => State === 'ENABLED')
    .flatMap((rule) => rule.Targets.map((target) => schedule(rule, target, options)));
}

function schedule(rule: Rule, target: Rule['Targets'][number], options: SchedulesOptions) {
  const { template, hosts, clock } = options;
  const host = hosts.find(({ function: { arn } }) => arn === target.Arn);
  if (host === undefined) throw new Error(`${rule.logicalId}: no function ${target.Arn}`);
  assertPermitted(rule, host, template);
  const settings = template.asyncInvoke.find(({ FunctionName }) =>
    [host.function.arn, host.function.name].includes(FunctionName),
  );
  return startSchedule(
    {
      everyMs: periodMs(rule),
      eventOf: (at) =>
        target.Input === undefined ? scheduledEvent(rule, at) : JSON.parse(target.Input),
      host,
      retries: settings?.MaximumRetryAttempts ?? 2,
    },
    clock,
  );
}

/** What came due several times while time was moved on is invoked once. */
function startSchedule(scheduled: Scheduled, clock: LocalClock): EventSource {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  const run = async () => {
    while (!signal.aborted) {
      await clock.sleep(scheduled.everyMs, signal);
      if (signal.aborted) break;
      const invocation = invoke(scheduled, clock, signal);
      running.add(invocation);
      void invocation.finally(() => running.delete(invocation));
    }
    await Promise.all(running);
  };
  const stop = () => stopping.abort();
  return { left: () => 0, hurry: stop, stop, finished: run() };
}

/** As Lambda invokes for an event: again after one minute and after two more. */
async function invoke(
  { eventOf, host, retries }: Scheduled,
  clock: LocalClock,
  signal: AbortSignal,
): Promise<void> {
  const event = eventOf(clock.now());
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const { ok } = await host.invoke(event);
    if (ok || attempt >= retries) return;
    await clock.sleep((attempt + 1) * MINUTE_MS, signal);
  }
}

/** EventBridge invokes what the function's own policy lets it. */
function assertPermitted(
  { logicalId, arn: ruleArn }: Rule,
  { function: { name, arn } }: FunctionHost,
  { permission }: SchedulesOptions['template'],
): void {
  const isPermitted = permission.some(
    ({ Principal, FunctionName, SourceArn = ruleArn }) =>
      Principal === 'events.amazonaws.com' &&
      [name, arn].includes(FunctionName) &&
      SourceArn === ruleArn,
  );
  if (!isPermitted) throw new Error(`${logicalId}: no permission lets it invoke ${name}`);
}

function periodMs({ logicalId, ScheduleExpression }: Rule): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined && Number(count) > 0) return Number(count) * unitMs;
  throw new Error(`${logicalId}: the local stack has no schedule ${ScheduleExpression}`);
}

function scheduledEvent({ arn }: Rule, at: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: [arn],
    detail: {},
  };
}
