import { describe, expect, test } from 'vitest';
import { parseMediaPolicies } from '../../lambda/media/policy.ts';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const media = { keep: ['image', 'audio'], channels: { shop: { keep: 'none', tenant: 'acme' } } };
const template = aTemplate({ media });
const production = aTemplate({ stage: 'production' });
const functions = propertiesOf(template, 'AWS::Lambda::Function');
const queues = propertiesOf(template, 'AWS::SQS::Queue');
const fetcher = functions['MediaFetcherFunction'];

describe('media', () => {
  test('has a job of a file at a time, hidden for six times as long as it may take', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    production.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 50 },
    });
    expect(queues['MediaJobsQueue'].VisibilityTimeout).toBe(6 * fetcher.Timeout);
  });

  test('hands a job out every hour of the week that its file lives, before it is a dead letter', () => {
    const { maxReceiveCount } = queues['MediaJobsQueue'].RedrivePolicy;
    expect(maxReceiveCount).toBeGreaterThan(2 * 7 * 24);
    expect(queues['MediaJobsQueue'].MessageRetentionPeriod).toBeGreaterThan(7 * 86_400);
  });

  test('has the policy of the stage, as its function reads it, and as those do that hand out URLs', () => {
    const whole = { ...media, maxMegabytes: 100, urlExpiryMinutes: 60, tenant: 'default' };
    const linking = ['ReadApi', 'DeliveryDeliverer', 'DeliveryProber'];
    for (const { Environment } of [
      fetcher,
      ...linking.map((name) => functions[`${name}Function`]),
    ]) {
      expect(parseMediaPolicies(Environment.Variables.MEDIA_POLICY)).toEqual(whole);
    }
  });

  test('is fetched in 256 MB', () => {
    expect(fetcher.MemorySize).toBe(256);
  });
});

describe('the bucket of files', () => {
  const bucket = (of: typeof template) => propertiesOf(of, 'AWS::S3::Bucket')['MediaFiles'];

  test('is private, encrypted, and without versions, so that what is deleted is gone', () => {
    expect(bucket(template)).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    expect(bucket(template)).not.toHaveProperty('VersioningConfiguration');
  });

  test('keeps a file longer than the row that names it, and no upload that was given up', () => {
    const [rule] = bucket(production).LifecycleConfiguration.Rules;
    expect(rule.ExpirationInDays).toBeGreaterThan(30);
    expect(rule.AbortIncompleteMultipartUpload).toEqual({ DaysAfterInitiation: 1 });
  });

  test('keeps files of a tenant for as long as that of its channels which keeps rows longest', () => {
    const kept = aTemplate({
      retentionDays: 20,
      channelRetentionDays: { shop: 365, brief: 8, other: 10 },
      media: { channels: { brief: { tenant: 'acme' }, other: { tenant: 'acme' } } },
    });
    const days = (rule: { Prefix?: string; ExpirationInDays: number }) => [
      rule.Prefix,
      rule.ExpirationInDays,
    ];
    expect(bucket(kept).LifecycleConfiguration.Rules.map(days)).toEqual([
      [undefined, 365 + 14],
      ['media/acme/', 10 + 14],
    ]);
    const buckets = propertiesOf(kept, 'AWS::S3::Bucket');
    const [overflow] = buckets['OverflowBucket'].LifecycleConfiguration.Rules;
    expect(overflow.ExpirationInDays).toBeGreaterThan(2 * 365);
    const { Environment } = propertiesOf(kept, 'AWS::Lambda::Function')['StorageProcessorFunction'];
    expect(JSON.parse(Environment.Variables.CHANNEL_RETENTION_DAYS)).toEqual({
      ...{ shop: 365, brief: 8, other: 10 },
    });
  });
});
