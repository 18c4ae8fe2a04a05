import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { archiveAlarms } from '../archive/alarms.ts';
import { deliveryAlarms } from '../delivery/alarms.ts';
import { inboundAlarms } from '../inbound/alarms.ts';
import { mediaAlarms } from '../media/alarms.ts';
import { readingAlarms } from '../reading/alarms.ts';
import { sendingAlarms } from '../sending/alarms.ts';
import { tableAlarms } from '../table/alarms.ts';
import { ServiceAlarm } from './service-alarm.ts';
import type { WatchedPath } from './watched-path.ts';

/** Each room's own, in the order in which the dashboard lists those that are well. */
const ROOMS = [
  inboundAlarms,
  tableAlarms,
  readingAlarms,
  mediaAlarms,
  archiveAlarms,
  deliveryAlarms,
  sendingAlarms,
];

export interface AlarmsProps {
  readonly path: WatchedPath;
  readonly topic: ITopic;
}

/** One alarm for each symptom that a user would feel, with its section in docs/runbook.md. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { path, topic }: AlarmsProps) {
    super(scope, id);

    this.all = ROOMS.flatMap((alarmsOf) => Object.entries(alarmsOf(path))).map(
      ([alarmId, spec]) => new ServiceAlarm(this, alarmId, { ...spec, topic }),
    );
  }
}
