import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { type StackAddress, unavailable } from './deployed-stack.ts';

export interface SpeakingAlarm {
  readonly name: string;
  /** ISO 8601. */
  readonly since: string | null;
  /** What it costs, as its description says. */
  readonly says: string;
  /** Whether anybody is told. */
  readonly isHeard: boolean;
}

/** The alarms of a stack in AWS that speak; undefined of the local one, which has none. */
export async function speakingAlarms({
  endpoints,
  name,
}: StackAddress): Promise<readonly SpeakingAlarm[] | undefined> {
  if (endpoints !== undefined) return undefined;
  // Loaded here, because it takes longer than all the rest of the command.
  const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient();
  const alarms: SpeakingAlarm[] = [];
  try {
    const input = { AlarmNamePrefix: `${name}-`, StateValue: 'ALARM' } as const;
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, input)) {
      alarms.push(...MetricAlarms.map(speakingAlarm));
    }
    return alarms;
  } catch (error) {
    return unavailable(`the alarms of ${name} cannot be read`)(error);
  } finally {
    client.destroy();
  }
}

function speakingAlarm(one: MetricAlarm): SpeakingAlarm {
  const { AlarmName = '', AlarmDescription = '', AlarmActions = [] } = one;
  return {
    ...{ name: AlarmName, says: AlarmDescription },
    since: one.StateTransitionedTimestamp?.toISOString() ?? null,
    isHeard: one.ActionsEnabled === true && AlarmActions.length > 0,
  };
}
