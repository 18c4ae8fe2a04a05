import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { daysLeft, daysLeftSteps } from '../../lib/archive/archive-age.ts';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const template = aTemplate();
const bucket = propertiesOf(template, 'AWS::S3::Bucket')['ArchiveBucket'];
const tables = propertiesOf(template, 'AWS::Glue::Table');
const mapping = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).find(
  ({ BatchSize }) => BatchSize === 10_000,
);

const viewSchema = z.object({
  originalSql: z.string(),
  schema: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});

function storedView() {
  const { ViewOriginalText } = tables['QueriesView'].TableInput;
  const [, encoded = ''] = /^\/\* Presto View: (.*) \*\/$/.exec(ViewOriginalText) ?? [];
  return viewSchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()));
}

/** Not of those objects alone that were written anew. */
function isOfAll(rule: object): boolean {
  return !('TagFilters' in rule);
}

describe('the archive', () => {
  test('is private and encrypted, and grows colder as far as queries can read', () => {
    expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const { Rules } = bucket.LifecycleConfiguration;
    expect(Rules.filter(isOfAll)).toMatchObject([
      { ExpirationInDays: 400 },
      { Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }] },
      { Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }] },
      { Prefix: 'queries/', ExpirationInDays: 7 },
    ]);
    expect(Rules[0]).not.toHaveProperty('Prefix');
  });

  test('never moves what is deleted before that', () => {
    const short = propertiesOf(aTemplate({ archiveDays: 60 }), 'AWS::S3::Bucket')['ArchiveBucket'];

    expect(short.LifecycleConfiguration.Rules.filter(isOfAll)).toMatchObject([
      { ExpirationInDays: 60 },
      { Transitions: [{ StorageClass: 'STANDARD_IA' }] },
      { Prefix: 'queries/' },
    ]);
  });

  test('deletes what was written anew when it would have been, but for a tenth of its days', () => {
    const { Rules } = bucket.LifecycleConfiguration;
    const days = (rule: {
      ExpirationInDays: number;
      TagFilters?: { Key: string; Value: string }[];
    }) => rule.TagFilters?.map(({ Key, Value }) => [Key, Value, rule.ExpirationInDays]) ?? [];
    expect(Rules.flatMap(days)).toEqual(
      daysLeftSteps(400).map((left) => ['days-left', String(left), left]),
    );
    const now = Date.parse('2026-11-22T10:00Z');
    const left = (hour: string) => daysLeft(`events/${hour}/1-a.ndjson.gz`, 400, now);
    expect(left('dt=2026-11-22/hour=09')).toBe(400);
    expect(left('dt=2026-08-24/hour=10')).toBe(320);
    expect(left('dt=2025-10-19/hour=09')).toBe(40);
    expect(left('dt=2020-01-01/hour=00')).toBe(40);
    expect(daysLeftSteps(3)).toEqual([1, 2, 3]);
  });

  test('gathers changes for five minutes, and gives up none before the stream forgets', () => {
    expect(mapping).toMatchObject({
      FunctionName: '<ArchiveArchiverFunction>',
      EventSourceArn: '<EventsTable.StreamArn>',
      MaximumBatchingWindowInSeconds: 300,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      MaximumRecordAgeInSeconds: 23 * 3600,
      DestinationConfig: { OnFailure: { Destination: '<ArchiveBucket.Arn>' } },
    });
    expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
  });

  test('is invoked for new events and changed messages, and for nothing else', () => {
    const patterns = mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) =>
      JSON.parse(Pattern),
    );
    expect(patterns).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { provider: { S: [{ exists: true }] } } } },
      {
        eventName: ['MODIFY'],
        dynamodb: { Keys: { sk: { S: ['message', { prefix: 'participant#' }] } } },
      },
    ]);
  });
});

describe('queries of the archive', () => {
  test('find the hours of the keys without a crawler', () => {
    const { Parameters, PartitionKeys, StorageDescriptor } = tables['QueriesLines'].TableInput;
    expect(PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['dt', 'hour']);
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.hour.digits': '2',
      'storage.location.template': `s3://<ArchiveBucket>/events/dt=\${dt}/hour=\${hour}/`,
    });
    expect(StorageDescriptor.Location).toBe('s3://<ArchiveBucket>/events/');
    template.resourceCountIs('AWS::Glue::Crawler', 0);
  });

  test('see each event once, and only the days that they name are read', () => {
    const { originalSql, schema, columns } = storedView();
    expect(schema).toBe('floodgate_development');
    expect(originalSql).toMatch(/row_number\(\) OVER \(PARTITION BY dt, hour, id /);
    const { Columns } = tables['QueriesView'].TableInput.StorageDescriptor;
    expect(Columns.map(({ Name }: { Name: string }) => Name)).toEqual(
      columns.map(({ name }) => name),
    );
    for (const { name } of columns) expect(originalSql).toContain(name);
  });

  test('have types that a view may have, the same in all three places that name them', () => {
    const { originalSql, columns } = storedView();
    const { Columns } = tables['QueriesView'].TableInput.StorageDescriptor;
    const hive = new Map([
      ['varchar', 'string'],
      ['timestamp(3)', 'timestamp'],
    ]);
    expect(Columns.map(({ Type }: { Type: string }) => Type)).toEqual(
      columns.map(({ type }) => hive.get(type)),
    );
    const times = columns.filter(({ type }) => type === 'timestamp(3)').map(({ name }) => name);
    expect(times).toEqual(['occurred_at', 'received_at']);
    for (const name of times) {
      const source = name.replace('_', '');
      expect(originalSql).toContain(
        `CAST(from_unixtime(${source} / 1000e0) AT TIME ZONE 'UTC' AS timestamp(3)) AS ${name}`,
      );
    }
    expect(JSON.stringify([columns, Columns])).not.toMatch(/zone/i);
  });

  test('cannot leave results elsewhere, nor read without end', () => {
    const [workgroup] = Object.values(propertiesOf(template, 'AWS::Athena::WorkGroup'));
    expect(workgroup.WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 200 * 1024 ** 3,
      ResultConfiguration: { OutputLocation: 's3://<ArchiveBucket>/queries/' },
    });
  });

  test('have a database a stage, whatever its name', () => {
    const databases = propertiesOf(
      aTemplate({ stage: 'eu-west', stages: { 'eu-west': {} } }),
      'AWS::Glue::Database',
    );
    expect(databases['QueriesDatabase'].DatabaseInput.Name).toBe('floodgate_eu_west');
  });
});

describe('the hourly audit', () => {
  const alarm = propertiesOf(template, 'AWS::CloudWatch::Alarm')['AlarmsEventsUnaccounted'];

  test('is heard for a single event, but not while the router is half an hour behind', () => {
    const [expression, ...metrics] = alarm.Metrics;
    expect(expression).toMatchObject({ Expression: 'IF(FILL(behind, 0) < 1800000, lost, 0)' });
    expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    const asked = metrics.map((metric: { Id: string; MetricStat: object }) => [
      metric.Id,
      metric.MetricStat,
    ]);
    expect(Object.fromEntries(asked)).toMatchObject({
      behind: { Metric: { MetricName: 'IteratorAge' }, Period: 3600, Stat: 'Maximum' },
      lost: { Metric: { MetricName: 'EventUnaccounted' }, Period: 3600, Stat: 'Sum' },
    });
  });

  test('comes every hour', () => {
    const rule = propertiesOf(template, 'AWS::Events::Rule')['AuditEveryHour'];
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' });
  });
});
