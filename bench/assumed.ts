/** What no test here can measure, assumed for the estimate. */
export const ASSUMED = {
  on: '2026-11',
  /** From the function's request to SQS's answer, warm connection, same Region. */
  sendMessageBatchMs: 10,
  /** From the function's request to DynamoDB's answer; the writes of a batch go side by side. */
  dynamoDbMs: 6,
  /** From the deliverer's request to the endpoint's answer, on a connection that is kept. */
  endpointMs: 100,
  /** From the function's request to the last byte of Meta's answer: a URL, or a file of 100 KB. */
  graphMs: 200,
  /** From the function's request to S3's answer, for an object of up to 100 KB. */
  putObjectMs: 50,
  /** Shards that the stream of a table has which is warmed up for 8,000 writes a second. */
  streamShards: 8,
  /** How often Lambda asks a shard for what is new. */
  streamLooksPerSecond: 4,
  /** For so long Lambda gathers the changes of a shard. */
  archiveWindowSeconds: 300,
  /** A vCPU of Lambda comes with so much memory. */
  megabytesPerVcpu: 1769,
  /** Work of one vCPU of Lambda (Graviton) against this machine's. */
  lambdaSlowdown: 1,
  /** Bytes that DynamoDB adds to each row, and to each index entry. */
  rowOverheadBytes: 100,
  /** Bytes that CloudWatch adds to each log line. */
  logLineOverheadBytes: 26,
  retentionDays: 30,
  /** Long polls that Lambda keeps open on each idle queue, of 20 s each. */
  idlePollers: 5,
  idlePollSeconds: 20,
  /** Rotations of a KMS key, one a year, that AWS asks for. */
  keyRotations: 2,
  /** Of an invocation of the prober that finds nothing to do: it reads subscribers, mappings and a queue. */
  idleProberCpuMs: 8,
  idleProberMs: 100,
  idleProberLogBytes: 400,
  /** Of a ticker's that finds no channel, as its bundle was measured; it reads channels and lanes side by side. */
  idleTickerCpuMs: 0.7,
  idleTickerReadUnits: 1.5,
  /** What Lambda itself writes of an invocation. */
  invocationLogBytes: 400,
  daysPerMonth: 30,
  /** A webhook's line of the access log, by API Gateway's variables; each other one is a short number. */
  accessLogValues: {
    '$context.requestTime': '29/Nov/2026:06:00:00 +0000',
    '$context.requestId': 'JKJaXmPLvHcESHA=',
    '$context.routeKey': 'POST /webhooks/wasender/{token}',
  },
} as const;
