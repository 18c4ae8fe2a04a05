/** What AWS charges for one thing, in dollars. */
export interface Price {
  readonly dollars: number;
  readonly per: string;
  readonly source: string;
}

/** Prices go down now and then; whoever changes one changes the date with it. */
export const PRICED = {
  on: '2026-11',
  region: 'us-east-1',
  note: 'list prices on arm64 without free tiers or discounts, mostly as others quote them',
} as const;

const MILLION = 1e6;

export const PRICES = {
  httpRequest: {
    dollars: 1 / MILLION,
    per: 'HTTP API request, first 300 million a month, units of 512 KB',
    source: 'amnic.com and go-cloud.io on API Gateway pricing, 2026',
  },
  lambdaRequest: {
    dollars: 0.2 / MILLION,
    per: 'Lambda invocation',
    source: 'copy of the Lambda price table, 2026',
  },
  lambdaGbSecond: {
    dollars: 0.0000133334,
    per: 'GB-second of Lambda, arm64, first 7.5 billion a month',
    source: 'copy of the Lambda price table, 2026',
  },
  sqsRequest: {
    dollars: 0.5 / MILLION,
    per: 'request to a FIFO queue, units of 64 KB',
    source: 'factualminds.com on SQS pricing, 2026-06; unanswered.io, 2026',
  },
  sqsFairRequest: {
    dollars: 0.5 / MILLION,
    per: 'request to a standard queue with message groups: 0.40, and 0.10 for their fair share',
    source: 'factualminds.com on SQS pricing, 2026-06; the 0.10 from one source, to be checked',
  },
  writeUnit: {
    dollars: 0.625 / MILLION,
    per: 'DynamoDB write request unit, on demand, 1 KB',
    source: 'airbyte.com on DynamoDB pricing, 2026',
  },
  tableGbMonth: {
    dollars: 0.25,
    per: 'GB-month of a DynamoDB standard table, index entries included',
    source: 'aws.amazon.com/dynamodb/pricing, "start from $0.25 per GB-month"',
  },
  recoveryGbMonth: {
    dollars: 0.2,
    per: 'GB-month of point-in-time recovery',
    source: 'aws.amazon.com/dynamodb/pricing/on-demand, from memory: to be checked',
  },
  logGb: {
    dollars: 0.5,
    per: 'GB of CloudWatch Logs taken in, standard class',
    source: 'go-cloud.io on CloudWatch pricing, 2026',
  },
  metricMonth: {
    dollars: 0.3,
    per: 'custom metric a month, first 10,000',
    source: 'signoz.io on CloudWatch pricing, 2026-02',
  },
  alarmMonth: {
    dollars: 0.1,
    per: 'metric of a standard-resolution alarm a month',
    source: 'cloudburn.io on CloudWatch pricing, 2026-02; from memory: to be checked',
  },
  dashboardMonth: {
    dollars: 3,
    per: 'dashboard a month in CloudWatch; an account has three for nothing',
    source: 'aws.amazon.com/cloudwatch/pricing, from memory: to be checked',
  },
  keyMonth: {
    dollars: 1,
    per: 'KMS key of your own a month, and as much again for each of its first two rotations',
    source: 'aws.amazon.com/kms/pricing, from memory: to be checked',
  },
  s3Put: {
    dollars: 5 / MILLION,
    per: 'PutObject, S3 Standard',
    source: 'aws.amazon.com/s3/pricing, $0.005 per 1,000, from memory: to be checked',
  },
  s3Get: {
    dollars: 0.4 / MILLION,
    per: 'GetObject, S3 Standard; ten to twenty-five times that in the colder classes',
    source: 'aws.amazon.com/s3/pricing, $0.0004 per 1,000, from memory: to be checked',
  },
  s3List: {
    dollars: 5 / MILLION,
    per: 'ListObjectsV2, 1,000 keys at a time',
    source: 'aws.amazon.com/s3/pricing, $0.005 per 1,000, from memory: to be checked',
  },
  s3ColdGb: {
    dollars: 0.03,
    per: 'GB read from S3 Glacier Instant Retrieval; $0.01 from Standard-IA',
    source: 'aws.amazon.com/s3/pricing, from memory: to be checked',
  },
  transferGb: {
    dollars: 0.09,
    per: 'GB out of AWS to the internet, first 10 TB a month',
    source: 'aws.amazon.com/ec2/pricing/on-demand, from memory: to be checked',
  },
  readUnit: {
    dollars: 0.125 / MILLION,
    per: 'DynamoDB read request unit, on demand, 4 KB, or 8 KB eventually consistent',
    source: 'airbyte.com on DynamoDB pricing, 2026; a fifth of a write unit',
  },
  s3GbMonth: {
    dollars: 0.023,
    per: 'GB-month of S3 Standard, first 50 TB',
    source: 'aws.amazon.com/s3/pricing, from memory: to be checked',
  },
  secretMonth: {
    dollars: 0.4,
    per: 'secret a month in Secrets Manager',
    source: 'hivebook.wiki on Secrets Manager, 2026',
  },
} as const satisfies Record<string, Price>;
