import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as z from 'zod';

/** Meta delivers again for 7 days; a row must outlive that to tell the duplicate. */
const MIN_RETENTION_DAYS = 8;
const MAX_RETENTION_DAYS = 3_650;

/** What any on-demand table takes at once; AWS refuses less as warm throughput. */
const TABLE_BASE = { reads: 12_000, writes: 4_000 };

const LOG_RETENTIONS = Object.values(RetentionDays).filter((days) => typeof days === 'number');

const stageName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower case letters, digits and -');
const count = (minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum);
const flag = z.union([z.boolean(), z.stringbool()], { error: 'expected true or false' });

const queueArn = z
  .string()
  .regex(/^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/, 'expected the ARN of a queue');
const queueArns = z
  .union([z.array(queueArn), z.string().transform((list) => list.split(','))])
  .pipe(z.array(queueArn));

const keyArn = z
  .string()
  .regex(
    /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
    'expected the ARN of a key, not of an alias',
  );
const keyArns = z
  .union([z.array(keyArn), z.string().transform((list) => list.split(','))])
  .pipe(z.array(keyArn));

const mediaPolicy = z.strictObject({
  /** Which files are kept. */
  keep: z.union(
    [
      z.enum(['all', 'none']),
      z.array(z.enum(['image', 'video', 'audio', 'document', 'sticker'])).min(1),
    ],
    { error: 'expected all, none, or a list of image, video, audio, document, sticker' },
  ),
  /** What is bigger is not kept; WhatsApp's own limit is 100. */
  maxMegabytes: count(1, 100),
  /** How long a URL can be used; the credentials that sign it live no longer than half a day. */
  urlExpiryMinutes: count(1, 720),
  /** Whose files they are: the beginning of their keys. */
  tenant: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower case letters, digits and -'),
});

/** A function's environment is 4 KB in all. */
const MAX_POLICY_LENGTH = 2_500;

const media = z
  .strictObject({
    keep: mediaPolicy.shape.keep.default('all'),
    maxMegabytes: mediaPolicy.shape.maxMegabytes.default(100),
    urlExpiryMinutes: mediaPolicy.shape.urlExpiryMinutes.default(60),
    tenant: mediaPolicy.shape.tenant.default('default'),
    /** What is different on some, by `phone_number_id` or session. */
    channels: z.record(z.string(), mediaPolicy.partial()).default({}),
  })
  .refine((policy) => JSON.stringify(policy).length <= MAX_POLICY_LENGTH, {
    error: `channels: too many for a function's environment, which holds ${MAX_POLICY_LENGTH} characters of policy`,
  });

const channelRetention = z
  .record(z.string(), count(MIN_RETENTION_DAYS, MAX_RETENTION_DAYS))
  .refine((days) => JSON.stringify(days).length <= MAX_POLICY_LENGTH, {
    error: `too many channels for a function's environment, which holds ${MAX_POLICY_LENGTH} characters of them`,
  });

/** On the command line it is JSON. */
function inJson<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: 'custom', message: `expected JSON, not ${value}` });
      return z.NEVER;
    }
  }, schema);
}

const settings = z.strictObject({
  /** Keep table, bucket and secrets whatever happens to the stack, and refuse to delete the stack. */
  protectData: flag,
  /** Days from receipt for which an event is kept, and known as a duplicate when it comes again. */
  retentionDays: count(MIN_RETENTION_DAYS, MAX_RETENTION_DAYS),
  /** Other days on some channels, by `phone_number_id` or session. */
  channelRetentionDays: inJson(channelRetention).optional(),
  /** Days for which the archive keeps an event. */
  archiveDays: count(1, 36_500),
  logRetentionDays: count(1, 3_653).refine((days) => LOG_RETENTIONS.includes(days), {
    error: `CloudWatch Logs keeps for ${LOG_RETENTIONS.filter((days) => days < 9_999).join(', ')} days`,
  }),
  /** A line of 0.3 KB for every request, as HTTP APIs cannot sample. */
  accessLog: flag,
  requestsPerSecond: count(1, 100_000),
  requestBurst: count(1, 100_000),
  /** Processors that run at once. It keeps a backlog from taking the concurrency that ingest needs. */
  processorMaximumConcurrency: count(2, 1_000),
  /** Deliverers that run at once for a subscriber that names no `concurrency`: a slow endpoint holds one for up to two minutes. */
  delivererMaximumConcurrency: count(2, 1_000),
  /** For how long the router gathers changes of the table: seconds that events come later, for fewer invocations. */
  routerBatchingSeconds: count(0, 300),
  /** ARNs of queues of your own, in any account, that subscribers may name; commas between them. */
  subscriberQueueArns: queueArns.optional(),
  /** ARNs of the KMS keys of your own that encrypt some of these; commas between them. */
  subscriberQueueKeyArns: keyArns.optional(),
  /** Concurrency set aside for the processor, or `none`: a new account has too little to set aside. */
  processorReservedConcurrency: z.union([z.literal('none'), count(2, 1_000)], {
    error: 'expected none, or 2 to 1000',
  }),
  /** Which files of messages are kept, where, and for how long their URLs can be used. */
  media: inJson(media),
  /** Lanes that send at once: up to 100 messages a second each. Or `none`: then nothing is sent. */
  senderMaximumConcurrency: z.union([z.literal('none'), count(2, 1_000)], {
    error: 'expected none, or 2 to 1000',
  }),
  /** Days for which files of campaigns are kept: recipients, and what is sent to each. */
  campaignDays: count(8, 400),
  /** Files that are fetched at once. */
  mediaMaximumConcurrency: count(2, 1_000),
  /** Units a second that table and index are warmed up for, above AWS's base; billed once. */
  tableWarmReads: count(TABLE_BASE.reads, 1_000_000).optional(),
  tableWarmWrites: count(TABLE_BASE.writes, 1_000_000).optional(),
  /** Receives the alarms, once the address has confirmed. */
  alarmEmail: z.email().optional(),
  domainName: z.hostname().optional(),
  /** Certificate for the domain name, in the stack's own Region. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
      'expected the ARN of a certificate',
    )
    .optional(),
  /** Route 53 zone in which to point the domain name at the API; without one, do that yourself. */
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, 'expected an id such as Z0123456789ABC')
    .optional(),
  hostedZoneName: z.hostname().optional(),
});

const stageSchema = settings
  .superRefine((stage, context) => {
    const reject = (path: keyof typeof stage, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { processorMaximumConcurrency: maximum, processorReservedConcurrency: reserved } = stage;
    if (reserved !== 'none' && maximum > reserved) {
      reject(
        'processorMaximumConcurrency',
        `${maximum} is above processorReservedConcurrency ${reserved}: the rest would be throttled`,
      );
    }
    if ((stage.domainName === undefined) !== (stage.certificateArn === undefined)) {
      reject('domainName', 'domainName and certificateArn go together');
    }
    if ((stage.hostedZoneId === undefined) !== (stage.hostedZoneName === undefined)) {
      reject('hostedZoneId', 'hostedZoneId and hostedZoneName go together');
    }
    if (stage.hostedZoneId !== undefined && stage.domainName === undefined) {
      reject('hostedZoneId', 'a hosted zone needs a domainName');
    }
  })
  .transform(({ domainName, certificateArn, hostedZoneId, hostedZoneName, ...rest }) => {
    if (domainName === undefined || certificateArn === undefined) return rest;
    const hostedZone =
      hostedZoneId !== undefined && hostedZoneName !== undefined
        ? { hostedZone: { hostedZoneId, zoneName: hostedZoneName } }
        : {};
    return { ...rest, domain: { name: domainName, certificateArn, ...hostedZone } };
  });

/** A name of your own for the API. */
export interface Domain {
  readonly name: string;
  readonly certificateArn: string;
  readonly hostedZone?: { readonly hostedZoneId: string; readonly zoneName: string };
}

/** Everything in which one deployment differs from another. */
export type Stage = Readonly<
  { name: string; domain?: Domain } & Omit<z.output<typeof stageSchema>, 'domain'>
>;

type Settings = z.input<typeof settings>;

/** To try it. Works on a new AWS account, and leaves webhooks less room there than `starter`. */
const development: Settings = {
  protectData: false,
  retentionDays: 30,
  archiveDays: 400,
  logRetentionDays: 14,
  accessLog: true,
  requestsPerSecond: 5_000,
  requestBurst: 5_000,
  processorMaximumConcurrency: 5,
  delivererMaximumConcurrency: 20,
  routerBatchingSeconds: 0,
  processorReservedConcurrency: 'none',
  media: {},
  mediaMaximumConcurrency: 2,
  senderMaximumConcurrency: 20,
  campaignDays: 30,
};

/**
 * For real traffic on a new AWS account, whose functions run 10 times at once and 100 times a second, all
 * together. 2 is the least that a queue's reader can be held to.
 */
const starter: Settings = {
  ...development,
  protectData: true,
  accessLog: false,
  processorMaximumConcurrency: 2,
  delivererMaximumConcurrency: 2,
  mediaMaximumConcurrency: 2,
  // A slice of a lane holds one for 20 seconds: with two of these too, one of the ten would be left to webhooks.
  senderMaximumConcurrency: 'none',
  // Else each of the stream's shards takes up to four of the 100 invocations of a second.
  routerBatchingSeconds: 1,
};

/** For 1,000 messages a second; needs the usual concurrency of 1,000, which AWS gives on request. */
const production: Settings = {
  ...development,
  protectData: true,
  logRetentionDays: 90,
  accessLog: false,
  processorMaximumConcurrency: 100,
  delivererMaximumConcurrency: 20,
  processorReservedConcurrency: 100,
  // A file takes about a second: those of one message in twenty, at 1,000 a second.
  mediaMaximumConcurrency: 50,
  senderMaximumConcurrency: 50,
  // 3,000 statuses and 1,000 inbound events a second make 5,000 units: an inbound event writes its
  // entry in the local index too. The rest is for events of more than 1 KB.
  tableWarmWrites: 8_000,
};

const STAGES: Readonly<Record<string, Settings>> = { development, starter, production };

/**
 * Reads the stage from the CDK context. Throws one error that names every fault.
 *
 * `-c stage=NAME` chooses it (default `development`). Its settings are those of this file, over
 * them `stages.NAME` of `cdk.json`, over them `-c SETTING=VALUE`. A stage that only `cdk.json`
 * knows starts from `development`.
 *
 * @example
 * cdk deploy -c stage=production -c alarmEmail=oncall@example.com
 */
export function loadStage(node: Node): Stage {
  const name = parse('stage', stageName, node.tryGetContext('stage') ?? 'development');
  const own = parse(
    'stages',
    z.record(z.string(), z.looseObject({})),
    node.tryGetContext('stages') ?? {},
  );
  const known = new Set([...Object.keys(STAGES), ...Object.keys(own)]);
  if (!known.has(name)) {
    throw new Error(
      `unknown stage ${name}: cdk.json has no stages.${name}, and built in are ${Object.keys(STAGES).join(', ')}`,
    );
  }
  refuseTypos(node);
  const given = Object.keys(settings.shape)
    .map((key) => [key, node.tryGetContext(key)] as const)
    .filter(([, value]) => value !== undefined);
  const merged = { ...(STAGES[name] ?? development), ...own[name], ...Object.fromEntries(given) };
  return { name, ...parse(`stage ${name}`, stageSchema, merged) };
}

/** CDK's own words, and what it remembers, have a sign in them. */
const A_SETTING = /^[a-zA-Z]+$/;

/** A setting that is none would be ignored in silence. */
function refuseTypos(node: Node): void {
  const known = [...Object.keys(settings.shape), 'stage', 'stages'];
  const given: Readonly<Record<string, unknown>> = node.getAllContext();
  const unknown = Object.keys(given).filter((key) => A_SETTING.test(key) && !known.includes(key));
  if (unknown.length === 0) return;
  throw new Error(
    `unknown setting ${unknown.join(', ')}; there are ${known.toSorted().join(', ')}`,
  );
}

function parse<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(`bad ${what}\n${z.prettifyError(result.error)}`);
  return result.data;
}
