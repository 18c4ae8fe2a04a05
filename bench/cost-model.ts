import { PRICES } from '../bin/floodgate/prices.ts';
import { ASSUMED } from './assumed.ts';

export const MILLION = 1e6;
export const GB = 1024 ** 3;
const MB_PER_GB = 1024;

/** What one event of the mix costs in things that AWS counts, all of it measured. */
export interface PerEvent {
  readonly messageUnits: number;
  readonly statusUnits: number;
  /** Of entries in the local and the global index, for messages and statuses. */
  readonly indexUnits: number;
  readonly linkUnits: number;
  /** Read units: rows that are looked for, since another form of a message may lie there. */
  readonly lookUnits: number;
  readonly storedBytes: number;
}

export interface FunctionUse {
  readonly memoryMegabytes: number;
  /** Of one invocation, on a whole vCPU of this machine. */
  readonly cpuMs: number;
  /** Of one invocation, for AWS to answer. */
  readonly waitMs: number;
}

export interface CostInput {
  /** Events that the processor is given at a time, on average. */
  readonly meanBatch: number;
  readonly perEvent: PerEvent;
  readonly ingest: FunctionUse;
  readonly processor: FunctionUse;
  /** Calls to SQS for one webhook. */
  readonly sendsPerWebhook: number;
  /** Of one invocation of the processor, as CloudWatch counts them. */
  readonly logBytesPerBatch: number;
}

export type CostPart = keyof ReturnType<typeof costParts>;

/** Milliseconds that Lambda bills for one invocation: it rounds up. */
export function billedMs({ memoryMegabytes, cpuMs, waitMs }: FunctionUse): number {
  const share = Math.min(memoryMegabytes / ASSUMED.megabytesPerVcpu, 1);
  return Math.ceil((cpuMs * ASSUMED.lambdaSlowdown) / share + waitMs);
}

/** Dollars for a million events that come one a webhook, part by part. */
export function costParts(input: CostInput) {
  const { meanBatch, perEvent, ingest, processor, sendsPerWebhook, logBytesPerBatch } = input;
  const batches = MILLION / meanBatch;
  const units = (perOne: number) => MILLION * perOne * PRICES.writeUnit.dollars;
  return {
    'HTTP API requests': MILLION * PRICES.httpRequest.dollars,
    'ingest: invocations': MILLION * PRICES.lambdaRequest.dollars,
    'ingest: GB-seconds': MILLION * gbSecondDollars(ingest),
    'SQS: SendMessageBatch': MILLION * sendsPerWebhook * PRICES.sqsRequest.dollars,
    'SQS: ReceiveMessage': batches * PRICES.sqsRequest.dollars,
    'SQS: DeleteMessageBatch': batches * PRICES.sqsRequest.dollars,
    'processor: invocations': batches * PRICES.lambdaRequest.dollars,
    'processor: GB-seconds': batches * gbSecondDollars(processor),
    'DynamoDB: messages': units(perEvent.messageUnits),
    'DynamoDB: statuses': units(perEvent.statusUnits),
    'DynamoDB: index entries': units(perEvent.indexUnits),
    'DynamoDB: identity links': units(perEvent.linkUnits),
    'DynamoDB: looks for other forms': MILLION * perEvent.lookUnits * PRICES.readUnit.dollars,
    'CloudWatch: log bytes': ((batches * logBytesPerBatch) / GB) * PRICES.logGb.dollars,
  };
}

/** Dollars to keep a million events for as long as rows live, which is a setting. */
export function keptParts({ perEvent }: CostInput) {
  const gbMonths =
    ((MILLION * perEvent.storedBytes) / GB) * (ASSUMED.retentionDays / ASSUMED.daysPerMonth);
  return {
    'kept for 30 days: table': gbMonths * PRICES.tableGbMonth.dollars,
    'kept for 30 days: point-in-time recovery': gbMonths * PRICES.recoveryGbMonth.dollars,
  };
}

export function total(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, dollars) => sum + dollars, 0);
}

export interface ArchiveInput {
  readonly monthlyEvents: number;
  readonly memoryMegabytes: number;
  readonly cpuMsPerEvent: number;
  /** Compressed. */
  readonly storedBytesPerEvent: number;
  readonly logBytesPerBatch: number;
}

/**
 * Dollars of the archive for a million events, which depend on how many come: a shard makes an object
 * in every five minutes in which anything comes. Reading the stream is free for functions.
 */
export function archiveParts(input: ArchiveInput) {
  const { monthlyEvents, memoryMegabytes, cpuMsPerEvent, storedBytesPerEvent } = input;
  const windows = (ASSUMED.daysPerMonth * 86_400) / ASSUMED.archiveWindowSeconds;
  const batches = Math.min(windows * ASSUMED.streamShards, monthlyEvents);
  const eventsPerBatch = monthlyEvents / batches;
  const cpuMs = cpuMsPerEvent * eventsPerBatch;
  const use: FunctionUse = { memoryMegabytes, cpuMs, waitMs: ASSUMED.putObjectMs };
  const perMillion = batches / (monthlyEvents / MILLION);
  // Where an hour ends within a batch, the batch makes two objects.
  const objects = perMillion * (1 + ASSUMED.archiveWindowSeconds / 3600);
  const gigabytes = (MILLION * storedBytesPerEvent) / GB;
  return {
    use: { ...use, eventsPerBatch },
    parts: {
      'S3: PutObject': objects * PRICES.s3Put.dollars,
      // Who is to be forgotten, before a batch is written and after.
      'DynamoDB: reads': perMillion * 2 * PRICES.readUnit.dollars,
      'archiver: invocations': perMillion * PRICES.lambdaRequest.dollars,
      'archiver: GB-seconds': perMillion * gbSecondDollars(use),
      'CloudWatch: log bytes': ((perMillion * input.logBytesPerBatch) / GB) * PRICES.logGb.dollars,
    },
    kept: { 'kept, each month of the first': gigabytes * PRICES.s3GbMonth.dollars },
  };
}

/** Of one invocation. */
export function gbSecondDollars(use: FunctionUse): number {
  const gbSeconds = (billedMs(use) / 1000) * (use.memoryMegabytes / MB_PER_GB);
  return gbSeconds * PRICES.lambdaGbSecond.dollars;
}

export interface FixedInput {
  /** By name and dimensions. */
  readonly metrics: number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly secrets: number;
  /** Of KMS. */
  readonly keys: number;
  /** That a function reads. */
  readonly queues: number;
  /** The prober's, by its schedule. */
  readonly schedule: Schedule;
  readonly ticker: Schedule;
}

export interface Schedule {
  readonly minutes: number;
  readonly memoryMegabytes: number;
}

/**
 * Dollars a month that are due whether or not anything comes, at most: each metric is counted in the
 * month, and each key has had its rotations.
 */
export function fixedParts(input: FixedInput) {
  const { metrics, alarmMetrics, dashboards, secrets, keys, queues, schedule, ticker } = input;
  const { idleProberCpuMs: cpuMs, idleProberMs: waitMs, idleProberLogBytes } = ASSUMED;
  const { memoryMegabytes } = schedule;
  const run =
    PRICES.lambdaRequest.dollars +
    gbSecondDollars({ memoryMegabytes, cpuMs, waitMs }) +
    PRICES.readUnit.dollars +
    // Whether the queue of an earlier release holds anything.
    PRICES.sqsRequest.dollars +
    (idleProberLogBytes / GB) * PRICES.logGb.dollars;
  return {
    'custom metrics, if each is counted in the month': metrics * PRICES.metricMonth.dollars,
    'metrics of alarms': alarmMetrics * PRICES.alarmMonth.dollars,
    dashboard: dashboards * PRICES.dashboardMonth.dollars,
    'KMS key, once it was rotated twice':
      keys * (1 + ASSUMED.keyRotations) * PRICES.keyMonth.dollars,
    secrets: secrets * PRICES.secretMonth.dollars,
    'empty receives of idle pollers': idlePollDollars(queues),
    'prober, every minute': runsOf(schedule) * run,
    'ticker, every minute': runsOf(ticker) * tickDollars(ticker),
  };
}

/** Of one that finds nothing. */
function tickDollars({ memoryMegabytes }: Schedule): number {
  const { idleTickerCpuMs: cpuMs, dynamoDbMs: waitMs, invocationLogBytes } = ASSUMED;
  return (
    PRICES.lambdaRequest.dollars +
    gbSecondDollars({ memoryMegabytes, cpuMs, waitMs }) +
    ASSUMED.idleTickerReadUnits * PRICES.readUnit.dollars +
    (invocationLogBytes / GB) * PRICES.logGb.dollars
  );
}

/** What waits of each class, and what is uncertain: three reads that may be a moment old. */
const LANE_READ_UNITS = 1.5;

/** Dollars a month for each lane, whether or not anything waits in it. */
export function laneParts(ticker: Schedule) {
  const reads = runsOf(ticker) * LANE_READ_UNITS;
  return { 'ticker, which asks what waits in it': reads * PRICES.readUnit.dollars };
}

/** Dollars a month for each subscriber, whether or not anything comes for it. */
export function subscriberParts(schedule: Schedule) {
  return {
    'empty receives of its idle pollers': idlePollDollars(1),
    'prober, which asks its queue what waits': runsOf(schedule) * PRICES.sqsRequest.dollars,
  };
}

const SECONDS_PER_MONTH = ASSUMED.daysPerMonth * 86_400;

function idlePollDollars(queues: number): number {
  const polls = (queues * ASSUMED.idlePollers * SECONDS_PER_MONTH) / ASSUMED.idlePollSeconds;
  return polls * PRICES.sqsRequest.dollars;
}

function runsOf({ minutes }: Schedule): number {
  return SECONDS_PER_MONTH / 60 / minutes;
}

/** Dollars for the access log of a million requests, where a stage has one. */
export function accessLogDollars(bytesPerLine: number): number {
  const bytes = bytesPerLine + ASSUMED.logLineOverheadBytes;
  return ((MILLION * bytes) / GB) * PRICES.logGb.dollars;
}
