import type { MetricName } from '../../metric-names.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { FoundSubscriber } from '../subscriber-table.ts';

export interface TellDeps {
  readonly count: (metric: MetricName, value?: number) => void;
  readonly warn: (message: string, fields: LogFields) => void;
}

/** One that waits for an endpoint holds up no other. */
const AT_ONCE = 100;

/** Does something for each of many subscribers. A failure of one is told, and costs no other. */
export async function eachAlone(
  found: readonly FoundSubscriber[],
  deps: TellDeps,
  step: (one: FoundSubscriber) => Promise<void>,
): Promise<void> {
  await sideBySide(found, AT_ONCE, (one) => {
    const fields = { subscriberId: one.id };
    const message = 'Subscriber not looked after, the next run goes on';
    return orTell(message, fields, deps, () => step(one));
  });
}

export async function orTell(
  message: string,
  fields: LogFields,
  { count, warn }: TellDeps,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    count('ProbeInterrupted');
    warn(message, { ...fields, fault: faultName(error) });
  }
}
