import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { METRIC_SERVICE, METRICS } from '../../lambda/metric-names.ts';
import { FloodgateStack } from '../../lib/floodgate-stack.ts';
import { loadStage } from '../../lib/stage.ts';
import { acknowledged, aStage, aTemplate, propertiesOf } from './synthesized.ts';

const template = aTemplate({ alarmEmail: 'oncall@example.com' });
const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const [dashboard] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
const widgets: Widget[] = JSON.parse(dashboard.DashboardBody).widgets;

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly metrics?: unknown[][]; readonly title?: string };
}

const plotted = widgets.flatMap(({ properties }) => properties.metrics ?? []);
const ours = (metric: unknown[]) => metric[0] === 'Floodgate/development';

describe('alarms', () => {
  const anchors = Object.values(alarms).map(
    (alarm) => /What to do: docs\/runbook\.md#([a-z]+)$/.exec(alarm.AlarmDescription)?.[1],
  );

  test('each have a section in the runbook, and each section its alarm', () => {
    const headings = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
    expect(anchors.toSorted()).toEqual(
      headings.map((heading) => heading?.toLowerCase()).toSorted(),
    );
    expect(
      Object.keys(alarms)
        .map((id) => id.replace(/^Alarms/, ''))
        .toSorted(),
    ).toEqual(headings.toSorted());
  });

  test('of webhooks that are throttled name all that competes for the concurrency, and its setting', () => {
    const section = /### IngestThrottled\n(.*?)\n### /s.exec(runbook)?.[1] ?? '';
    const functions = Object.keys(template.findOutputs('*')).filter((id) =>
      id.endsWith('Function'),
    );
    expect(functions.filter((id) => !section.includes(id))).toEqual([]);
    for (const name of Object.keys(aStage()).filter((id) => id.endsWith('MaximumConcurrency'))) {
      expect(section).toContain(`\`${name}\``);
    }
  });

  test('say what it costs before they say what to do', () => {
    for (const alarm of Object.values(alarms)) {
      expect(alarm.AlarmDescription).toMatch(/^[A-Z].{30,}\. What to do: /);
    }
  });

  test('tell the topic when they go off and when it is over', () => {
    for (const alarm of Object.values(alarms)) {
      expect(alarm).toMatchObject({
        AlarmActions: ['<AlarmTopic>'],
        OKActions: ['<AlarmTopic>'],
      });
    }
  });

  test('take silence for no fault, but that of the dead letters for no change', () => {
    const byDecision = Map.groupBy(Object.entries(alarms), ([, alarm]) => alarm.TreatMissingData);
    expect([...byDecision.keys()].toSorted()).toEqual(['ignore', 'notBreaching']);
    expect(byDecision.get('ignore')?.map(([id]) => id)).toEqual([
      'AlarmsDeadLetterQueueNotEmpty',
      'AlarmsMediaDeadLetterQueueNotEmpty',
      'AlarmsDeliveriesGivenUp',
      'AlarmsChecksDeadLetterQueueNotEmpty',
    ]);
  });

  test.each([
    ['InboxDelayed', 300],
    ['InboxStalled', 86_400],
    ['DeadLetterQueueNotEmpty', 1],
    ['DeadLetterQueueExpiring', 10 * 86_400],
    ['EventsHeldBack', 1],
    ['IngestSlow', 1_000],
    ['SignedBodyRefused', 1],
    ['SecretUnavailable', 1],
    ['SecretOutdated', 1],
    ['ArchiveDelayed', 30 * 60_000],
    ['ArchiveStalled', 6 * 3_600_000],
    ['RecordsNotArchived', 1],
    ['ForgettingOverdue', 1],
    ['EventsUnaccounted', 1],
    ['RoutingDelayed', 15 * 60_000],
    ['RoutingStalled', 6 * 3_600_000],
    ['RecordsUnrouted', 1],
    ['EndpointFailing', 1],
    ['SubscriberWaiting', 24],
    ['SubscriberWaitingLong', 240],
    ['SubscriberUnreadable', 1],
    ['ProbesFailing', 1],
    ['SubscriberGone', 1],
    ['DeliveriesGivenUp', 1],
    ['DeliveriesExpiring', 10 * 86_400],
    ['MediaTokenRefused', 1],
    ['MediaFailing', 1],
    ['MediaHeldBack', 1],
    ['MediaDeadLetterQueueNotEmpty', 1],
  ])('%s goes off at %i', (id, threshold) => {
    expect(alarms[`Alarms${id}`]).toMatchObject({
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('of a percentile wait for enough requests to have one', () => {
    expect(alarms['AlarmsIngestSlow']).toMatchObject({
      ExtendedStatistic: 'p99',
      EvaluateLowSampleCountPercentile: 'ignore',
    });
  });
});

describe('a deployment whose alarms nobody hears', () => {
  const warningsOf = (context: object) => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
    const stack = new FloodgateStack(app, 'Floodgate', { stage: loadStage(app.node) });
    return { stack, warnings: () => unheard(stack) };
  };
  const unheard = (stack: FloodgateStack) =>
    Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('nobody hears the alarms'))
      .map(({ entry }) => String(entry.data));

  test('is warned of in every stage, with what to do', () => {
    const { warnings } = warningsOf({ stage: 'production' });
    expect(warnings()).toEqual([expect.stringContaining('-c alarmEmail=')]);
    expect(readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8')).toContain(
      '### Alarms',
    );
  });

  test('is warned of no more with an address, or once somebody says that another tool subscribes', () => {
    expect(warningsOf({ alarmEmail: 'oncall@example.com' }).warnings()).toEqual([]);
    const { stack, warnings } = warningsOf({});
    acknowledged(stack);
    expect(warnings()).toEqual([]);
  });
});

describe('alarm topic', () => {
  test('is encrypted with a key that CloudWatch may use', () => {
    const [key] = Object.values(propertiesOf(template, 'AWS::KMS::Key'));
    expect(key).toMatchObject({ EnableKeyRotation: true });
    expect(key.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      }),
    );
    const [topic] = Object.values(propertiesOf(template, 'AWS::SNS::Topic'));
    expect(topic.KmsMasterKeyId).toBe('<AlarmTopicKey.Arn>');
  });

  test('lets the alarms of its account publish, over TLS', () => {
    const [policy] = Object.values(propertiesOf(template, 'AWS::SNS::TopicPolicy'));
    expect(policy.PolicyDocument.Statement).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
      },
    ]);
  });

  test('writes to the address of the stage', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
    aTemplate().resourceCountIs('AWS::SNS::Subscription', 0);
  });
});

describe('dashboard', () => {
  test('has a row for each step of the path, in its order, without a gap', () => {
    const rows = Map.groupBy(widgets, ({ y }) => y);
    const steps = [...rows.keys()]
      .toSorted((a, b) => a - b)
      .map((y) => new Set(rows.get(y)?.map(({ properties }) => properties.title?.split(' ')[0])));
    expect(steps.slice(2)).toEqual(
      ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'].map((step) => new Set([step])),
    );
    for (const row of rows.values()) {
      expect(row.reduce((width, widget) => width + widget.width, 0)).toBe(24);
    }
  });

  test('and alarms name our metrics as the code emits them: each name is one metric, and billed once', () => {
    const dimensionsOf = ([, , ...rest]: unknown[]) => rest.slice(0, 2);
    for (const metric of plotted.filter(ours)) {
      expect(dimensionsOf(metric)).toEqual(['service', METRIC_SERVICE]);
    }
    const own = Object.values(alarms).filter(({ Namespace }) =>
      Namespace?.startsWith('Floodgate/'),
    );
    expect(own.length).toBeGreaterThan(10);
    for (const { Dimensions } of own) {
      expect(Dimensions).toEqual([{ Name: 'service', Value: METRIC_SERVICE }]);
    }
  });

  test('plots only metrics that the code emits', () => {
    const names = plotted.filter(ours).map(([, name]) => name);
    expect(names.filter((name) => !METRICS.some((metric) => metric === name))).toEqual([]);
  });

  test.each(METRICS)('watches %s, or an alarm does', (metric) => {
    const watched = [
      ...plotted.filter(ours).map(([, name]) => name),
      ...Object.values(alarms).map((alarm) => alarm.MetricName),
    ];
    expect(watched).toContain(metric);
  });
});
