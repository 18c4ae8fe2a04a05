import { reject } from './errors.ts';
import type { QueueHost } from './queue-host.ts';
import { queueArn } from './queue-host.ts';
import type { QueueSettings, SettingChanges } from './queue-model.ts';
import { requests } from './requests.ts';
import type { WaitingQueue } from './waiting-queue.ts';

type Attributes = Readonly<Record<string, string>>;

const NUMBERS = {
  VisibilityTimeout: { setting: 'visibilityTimeoutSeconds', from: 0, to: 43_200 },
  MessageRetentionPeriod: { setting: 'retentionSeconds', from: 60, to: 1_209_600 },
  DelaySeconds: { setting: 'delaySeconds', from: 0, to: 900 },
} as const;

/** Shown as they were set. Whoever reaches a queue on loopback may use it, and nothing is stored. */
const KEPT: Readonly<Record<string, (value: string) => boolean>> = {
  Policy: isJson,
  RedriveAllowPolicy: isJson,
  KmsMasterKeyId: () => true,
  KmsDataKeyReusePeriodSeconds: (value) => isBetween(value, 60, 86_400),
  SqsManagedSseEnabled: isTruth,
  MaximumMessageSize: (value) => isBetween(value, 1_024, 1_048_576),
  ReceiveMessageWaitTimeSeconds: (value) => isBetween(value, 0, 20),
};

const OF_FIFO: Readonly<Record<string, (value: string) => boolean>> = {
  FifoThroughputLimit: (value) => ['perQueue', 'perMessageGroupId'].includes(value),
  DeduplicationScope: (value) => ['queue', 'messageGroup'].includes(value),
  // The local stack makes no deduplication id of a body.
  ContentBasedDeduplication: (value) => value === 'false',
};

const CHANGEABLE = [...Object.keys({ ...NUMBERS, ...KEPT, ...OF_FIFO }), 'RedrivePolicy'];

/** The settings of a new queue. Throws what SQS answers to attributes that it does not take. */
export function newSettings(name: string, attributes: Attributes, host: QueueHost): QueueSettings {
  const { FifoQueue = 'false', ...others } = attributes;
  if (!isTruth(FifoQueue)) rejectValue('FifoQueue');
  if (name.endsWith('.fifo') !== (FifoQueue === 'true')) {
    reject(
      'InvalidParameterValue',
      'The name of a FIFO queue, and of no other, ends with the .fifo suffix.',
    );
  }
  return { name, ...changedSettings({ name }, others, host) };
}

/** What attributes change of a queue's settings. */
export function changedSettings(
  { name, kept = {}, deduplicationScope }: QueueSettings,
  attributes: Attributes,
  host: QueueHost,
): SettingChanges {
  const isFifo = name.endsWith('.fifo');
  const unknown = Object.keys(attributes).find(
    (one) => !CHANGEABLE.includes(one) || (!isFifo && Object.hasOwn(OF_FIFO, one)),
  );
  if (unknown !== undefined) reject('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const scope = attributes['DeduplicationScope'];
  const changes = {
    ...numbers(attributes),
    ...(scope !== undefined && { deduplicationScope: scopeOf(scope) }),
    ...redriveOf(attributes['RedrivePolicy'], host),
    kept: keptOf(kept, attributes),
  };
  const isByGroup = (changes.deduplicationScope ?? deduplicationScope) === 'messageGroup';
  if (changes.kept['FifoThroughputLimit'] === 'perMessageGroupId' && !isByGroup) {
    reject(
      'InvalidAttributeValue',
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
  return changes;
}

/** All that `GetQueueAttributes` shows. */
export function attributesOf({ queue, clock, createdAt, changedAt }: WaitingQueue): Attributes {
  const { settings } = queue;
  const now = clock.now();
  const { visible, inFlight } = queue.counts(now);
  const { redrive } = settings;
  return {
    QueueArn: queueArn(settings.name),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(changedAt / 1000)),
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: '1048576',
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: String(settings.kept['KmsMasterKeyId'] === undefined),
    ...queue.ownAttributes,
    ...settings.kept,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(queue.delayed(now)),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(redrive.deadLetterQueue.settings.name),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}

/** The first attribute that a queue has otherwise: it is not made again, but found. */
export function otherAttribute(queue: WaitingQueue, attributes: Attributes): string | undefined {
  const shown = attributesOf(queue);
  return Object.entries(attributes).find(
    ([name, value]) => plain(name, value) !== plain(name, shown[name] ?? ABSENT[name]),
  )?.[0];
}

const ABSENT: Attributes = { FifoQueue: 'false' };

/** One policy is another where only its layout is. */
function plain(name: string, value: string | undefined): string | undefined {
  if (name !== 'RedrivePolicy' || value === undefined || value === '') return value;
  return JSON.stringify(redriveRequest(value));
}

function numbers(attributes: Attributes): Pick<SettingChanges, NumberSetting> {
  return Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([name, { setting, from, to }]) => {
      const value = attributes[name];
      if (value === undefined) return [];
      if (!isBetween(value, from, to)) rejectValue(name);
      return [[setting, Number(value)] as const];
    }),
  );
}

type NumberSetting = (typeof NUMBERS)[keyof typeof NUMBERS]['setting'];

function keptOf(kept: Attributes, attributes: Attributes): Attributes {
  const checks = { ...KEPT, ...OF_FIFO };
  const given = Object.entries(attributes).filter(([name]) => Object.hasOwn(checks, name));
  for (const [name, value] of given) {
    if (value !== '' && checks[name]?.(value) === false) rejectValue(name);
  }
  const all = Object.entries({ ...kept, ...Object.fromEntries(given) });
  // An empty value takes an attribute away.
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

function redriveOf(policy: string | undefined, host: QueueHost): Pick<SettingChanges, 'redrive'> {
  if (policy === undefined) return {};
  if (policy === '') return { redrive: undefined };
  const { deadLetterTargetArn, maxReceiveCount } = redriveRequest(policy);
  const deadLetterQueue = host.byArn(deadLetterTargetArn)?.queue;
  if (deadLetterQueue === undefined) {
    return reject(
      'InvalidParameterValue',
      `Value ${policy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }
  return { redrive: { deadLetterQueue, maxReceiveCount } };
}

function redriveRequest(policy: string) {
  return requests.redrivePolicy.parse(JSON.parse(policy));
}

function scopeOf(value: string): 'queue' | 'messageGroup' {
  return value === 'messageGroup' ? value : 'queue';
}

function rejectValue(name: string): never {
  return reject('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function isBetween(value: string, from: number, to: number): boolean {
  return /^\d{1,9}$/.test(value) && Number(value) >= from && Number(value) <= to;
}

function isTruth(value: string): boolean {
  return value === 'true' || value === 'false';
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
