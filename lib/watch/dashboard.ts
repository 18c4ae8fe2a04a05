import { Aws, Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { archiveRow } from '../archive/rows.ts';
import { deliveryRows } from '../delivery/rows.ts';
import { inboundRows } from '../inbound/rows.ts';
import { mediaRow } from '../media/rows.ts';
import { sendingRow } from '../sending/rows.ts';
import { tableRow } from '../table/rows.ts';
import type { Row } from './rows.ts';
import type { WatchedPath } from './watched-path.ts';
import { Widgets } from './widgets.ts';

const header = (stageName: string) => `# Floodgate ${stageName}
One row for each step of an event, from the webhook to table and archive, over the last hours. Red above means: open
\`docs/runbook.md\` at the alarm's name. Then find the **first row that looks wrong**: those below it only follow.
Healthy: no 5xx, p99 under a second, oldest message under a minute, sent = deleted, dead letters 0.`;

export interface PathDashboardProps {
  readonly path: WatchedPath;
  readonly alarms: readonly Alarm[];
}

/** What a person on call looks at first: a row for each step of the path. */
export class PathDashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { path, alarms }: PathDashboardProps) {
    super(scope, id);

    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(
      new TextWidget({ markdown: header(path.stage.name), width: 12, height: 4 }),
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [...alarms],
        sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        width: 12,
        height: 4,
      }),
    );
    dashboard.addWidgets(...new Widgets(this, 'Widgets', { path }).all);
    for (const { widgets } of rowsOf(path)) dashboard.addWidgets(...widgets);
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboard.dashboardName}`;
  }
}

/** Each room's own, in the order of an event's way. */
function rowsOf(path: WatchedPath): readonly Row[] {
  const rows = [
    ...inboundRows(path),
    tableRow(path),
    ...deliveryRows(path),
    archiveRow(path),
    mediaRow(path),
    sendingRow(path),
  ];
  return rows.toSorted((a, b) => a.step - b.step);
}
