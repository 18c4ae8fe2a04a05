import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { inboundAlarms } from './inbound-alarms.ts';
import { outboundAlarms } from './outbound-alarms.ts';
import { ServiceAlarm } from './service-alarm.ts';
import type { WatchedPath } from './watched-path.ts';

export interface AlarmsProps {
  readonly path: WatchedPath;
  readonly topic: ITopic;
}

/** One alarm for each symptom that a user would feel, with its section in docs/runbook.md. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { path, topic }: AlarmsProps) {
    super(scope, id);

    const specs = { ...inboundAlarms(path), ...outboundAlarms(path) };
    this.all = Object.entries(specs).map(
      ([alarmId, spec]) => new ServiceAlarm(this, alarmId, { ...spec, topic }),
    );
  }
}
