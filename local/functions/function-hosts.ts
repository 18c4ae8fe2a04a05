import type { LocalClock } from '../clock.ts';
import type { Measures } from '../metrics/measure.ts';
import type { Output } from '../output.ts';
import { logCalls } from '../rights/calls.ts';
import type { Rights } from '../rights/rights.ts';
import type { AssemblyFiles } from '../template/assembly-files.ts';
import type { LocalTemplate, Resource } from '../template/template.ts';
import { FunctionHost, type HostedFunction } from './function-host.ts';
import { type AwsEndpoints, functionVariables, type ProviderUrls } from './function-variables.ts';

export interface FunctionHostsOptions {
  readonly template: LocalTemplate;
  readonly files: AssemblyFiles;
  readonly endpoints: AwsEndpoints;
  readonly providerUrls: ProviderUrls;
  readonly rights: Rights;
  readonly clock: LocalClock;
  readonly output: Output;
  /** @default nobody measures */
  readonly measures?: Measures | undefined;
  readonly maxConcurrency: number;
  /** Whether functions that nobody waits for yield to the others. */
  readonly answersQuickly: boolean;
}

/** A host for each function of the template, none of them warm. */
export function functionHosts(options: FunctionHostsOptions): FunctionHost[] {
  const { template, rights, output, measures, maxConcurrency } = options;
  return template.function.map((one) => {
    // Lambda writes a function's log by the function's role.
    for (const call of logCalls(one)) rights.use(one.name, call);
    return new FunctionHost(hostedFunction(one, options), {
      maxConcurrency,
      invocationsEach: mostlyWaits(one, options) ? INVOCATIONS_EACH : 1,
      onLine: (line) => {
        output.functionLine(one.name, line);
        measures?.line(line);
      },
      ...(measures && {
        onInvoked: (milliseconds, result) => measures.invocation(one.name, milliseconds, result),
      }),
      onFailure: ({ detail }) => output.failure(one.name, detail),
    });
  });
}

function hostedFunction(
  one: Resource<'function'>,
  { template, files, endpoints, providerUrls, clock, answersQuickly }: FunctionHostsOptions,
): HostedFunction {
  const { name, arn, Handler, Timeout, MemorySize } = one;
  const directory = files.assetFolder(one.Code.S3Key);
  if (directory === undefined) throw new Error(`${one.logicalId}: its code is not in the assembly`);
  return {
    ...{ name, arn, directory, handler: Handler },
    ...{ timeoutSeconds: Timeout, memoryMegabytes: MemorySize, ahead: clock.ahead },
    yields: answersQuickly && !isWaitedFor(one, template),
    environment: functionVariables(one, endpoints, providerUrls),
  };
}

type Named = Pick<Resource<'function'>, 'arn' | 'name'>;

/** So that hundreds of subscribers' slow endpoints, ten batches each, fit two threads. */
const INVOCATIONS_EACH = 2000;

/**
 * Whether its invocations wait for others for most of their time, so that one thread has room for many: those
 * of subscribers' queues, and those that work at one message for long, of which a mapping lets more go at once
 * than the machine has threads for.
 */
function mostlyWaits(
  one: Named,
  { template, maxConcurrency }: Pick<FunctionHostsOptions, 'template' | 'maxConcurrency'>,
): boolean {
  const isLong = template.eventSource.some(
    ({ FunctionName, BatchSize, ScalingConfig }) =>
      [one.arn, one.name].includes(FunctionName) &&
      BatchSize === 1 &&
      (ScalingConfig?.MaximumConcurrency ?? 0) > maxConcurrency,
  );
  return isLong || isMappedAtRunTime(one, template);
}

/**
 * Whether queues are mapped onto it at run time: nothing of the template invokes it. Each of those queues has
 * environments of its own in AWS, and none waits for another.
 */
function isMappedAtRunTime({ arn, name }: Named, template: LocalTemplate): boolean {
  const { integration, eventSource, rule } = template;
  const targets = [
    ...integration.map(({ IntegrationUri }) => IntegrationUri),
    ...eventSource.map(({ FunctionName }) => FunctionName),
    ...rule.flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn)),
  ];
  return !targets.some((target) => target === arn || target === name);
}

/** Whether somebody sees how long the function takes: a caller of the API, or the next message of a contact. */
function isWaitedFor({ arn, name }: Named, template: LocalTemplate): boolean {
  const { integration, eventSource } = template;
  return (
    isMappedAtRunTime({ arn, name }, template) ||
    integration.some(({ IntegrationUri }) => IntegrationUri === arn) ||
    eventSource.some(
      ({ FunctionName, EventSourceArn }) =>
        [arn, name].includes(FunctionName) && EventSourceArn.endsWith('.fifo'),
    )
  );
}
