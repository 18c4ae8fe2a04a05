import type { FaultPlan } from '../fault-plan.ts';
import type { Network } from '../network.ts';
import type { ColdStart } from '../realm.ts';
import { SimulatedFunction } from '../simulated-function.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { DEPLOYED } from './deployed.ts';

export interface FunctionsOptions {
  readonly time: VirtualTime;
  readonly network: Network;
  readonly random: () => number;
  readonly faults: FaultPlan;
  readonly coldStart: ColdStart;
  readonly trace: (line: string) => void;
}

type AfterTableFunction = keyof typeof DEPLOYED.timeouts;

/** The functions behind the table. */
export function startFunctions(
  options: FunctionsOptions,
): Readonly<Record<AfterTableFunction, SimulatedFunction>> {
  const start = (name: AfterTableFunction) =>
    new SimulatedFunction({
      ...options,
      ...{ name, timeoutMs: 1000 * DEPLOYED.timeouts[name], releases: () => ['current'] },
    });
  return {
    router: start('router'),
    archiver: start('archiver'),
    deliverer: start('deliverer'),
    prober: start('prober'),
    subscribers: start('subscribers'),
    fetcher: start('fetcher'),
  };
}
