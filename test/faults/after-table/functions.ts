import type { FaultPlan } from '../fault-plan.ts';
import type { Network } from '../network.ts';
import type { ColdStart, FunctionName } from '../realm.ts';
import { SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';

export interface FunctionsOptions {
  readonly time: VirtualTime;
  readonly network: Network;
  readonly random: () => number;
  readonly faults: FaultPlan;
  readonly coldStart: ColdStart;
  readonly trace: (line: string) => void;
}

/** As they are deployed. */
const TIMEOUTS_MS = {
  router: 60_000,
  archiver: 120_000,
  deliverer: 120_000,
  drainer: 120_000,
  media: 300_000,
} as const satisfies Partial<Record<FunctionName, number>>;

type AfterTableFunction = keyof typeof TIMEOUTS_MS;

/** The functions behind the table. */
export function startFunctions(
  options: FunctionsOptions,
): Readonly<Record<AfterTableFunction, SimulatedFunction>> {
  const start = (name: AfterTableFunction) =>
    new SimulatedFunction({
      ...options,
      ...{ name, timeoutMs: TIMEOUTS_MS[name], releases: () => ['current'] },
    });
  return {
    router: start('router'),
    archiver: start('archiver'),
    deliverer: start('deliverer'),
    drainer: start('drainer'),
    media: start('media'),
  };
}
