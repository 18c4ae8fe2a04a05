import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDeadline } from '../adapters/deadline.ts';
import { deliveryLimits } from '../adapters/delivery-limits.ts';
import { deliveryLog, type LoggedAttempt } from '../adapters/delivery-log.ts';
import { deliveryStateWriter } from '../adapters/delivery-state.ts';
import { dynamoDbClient } from '../adapters/dynamodb-client.ts';
import { httpsEndpoint } from '../adapters/https-endpoint.ts';
import { mediaLinks } from '../adapters/media-links.ts';
import { FIND_MESSAGE_MS, messageFinder } from '../adapters/message-finder.ts';
import { s3MediaPresigner } from '../adapters/s3-media-links.ts';
import { PAYLOAD_READ_MS, s3PayloadReader } from '../adapters/s3-payloads.ts';
import { secretsClient } from '../adapters/secrets-client.ts';
import {
  cachedSecret,
  SECRET_OUTDATED,
  SECRET_PATIENCE,
  secretReader,
} from '../adapters/secrets-manager.ts';
import { sqsClient } from '../adapters/sqs-client.ts';
import { sqsDeadLetter } from '../adapters/sqs-dead-letter.ts';
import { subscriberQueue } from '../adapters/subscriber-queue.ts';
import {
  type StoredSubscriber,
  subscriberReader,
  subscriberWriter,
} from '../adapters/subscriber-table.ts';
import { tableReader } from '../adapters/table-reader.ts';
import type { Telemetry } from '../adapters/telemetry.ts';
import { faultName } from '../domain/failure.ts';
import { parseMediaPolicies } from '../domain/media-policy.ts';
import { parseSigningKey, signingSecrets } from '../domain/signing-secrets.ts';
import type { DeliveringConfig } from './config.ts';

/** Of one try: connecting, sending and reading the answer together. */
const ENDPOINT_TIMEOUT_MS = 10_000;

/** A try with all that is done before and after it: what holds a slot of a limit for longer was killed. */
export const TRY_MS = PAYLOAD_READ_MS + FIND_MESSAGE_MS + ENDPOINT_TIMEOUT_MS + 5000;

const LOG_MS = 2000;

/** What deliverer and drainer have in common, for the life of an execution environment. */
export function deliveringServices(config: DeliveringConfig, telemetry: Telemetry) {
  const now = Date.now;
  const random = Math.random;
  const { tableName } = config;
  const dynamodb = dynamoDbClient(config.dynamodb, { attempts: 6, timeoutMs: 3000 });
  const sqs = sqsClient(config.sqs, { attempts: 4, timeoutMs: 3000 });
  const readKey = secretReader(secretsClient(config.secretsManager, SECRET_PATIENCE))(
    config.signingKeyArn,
  );
  const signingKey = cachedSecret(readKey, parseSigningKey, {
    onOutage: (error) => telemetry.warn(SECRET_OUTDATED, { fault: faultName(error) }),
  });
  const subscribers = subscriberReader(dynamodb, tableName);
  const { update } = subscriberWriter(dynamodb, tableName);
  const log = attemptsOfInvocation();
  const table = tableReader(
    (operation, input) => dynamodb(operation, input, AbortSignal.timeout(FIND_MESSAGE_MS)),
    tableName,
    now,
  );
  const writeLog = deliveryLog(dynamodb, tableName, { now, id: randomUUID, random });

  return {
    dynamodb,
    sqs,
    subscribers,
    /** For the use cases. */
    deps: {
      readPayload: s3PayloadReader(config.overflowBucket, config.s3),
      linkMedia: mediaLinks(
        s3MediaPresigner(config.mediaBucket, config.s3, now),
        parseMediaPolicies(config.mediaPolicy),
        now,
      ),
      findMessage: messageFinder(table, now),
      secretsOf: async (subscriber: StoredSubscriber['subscriber']) =>
        signingSecrets(await signingKey.current(), subscriber, now()),
      post: httpsEndpoint({
        allowsLoopback: config.deliversToLoopback,
        timeoutMs: ENDPOINT_TIMEOUT_MS,
      }),
      send: subscriberQueue(config.sqs),
      acquire: deliveryLimits(dynamodb, { tableName, slotMs: TRY_MS, now, random }),
      sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
      logAttempt: log.add,
      state: deliveryStateWriter(dynamodb, tableName, now),
      deadLetter: sqsDeadLetter(sqs, config.deliveriesDeadLetterQueueUrl, now),
      disable: (stored: StoredSubscriber, signal: AbortSignal) =>
        update(stored, { ...stored.subscriber, disabledBecause: 'gone', updatedAt: now() }, signal),
      now,
      random,
      count: telemetry.count,
      warn: telemetry.warn,
    },
    /** Writes what was tried. That this fails costs lines of the log, and no delivery. */
    writeLog: async () => {
      using deadline = startDeadline(LOG_MS);
      const written = log.take().map(([id, attempts]) => writeLog(id, attempts, deadline.signal));
      const results = await Promise.allSettled(written);
      const failed = results.filter(({ status }) => status === 'rejected').length;
      if (failed === 0) return;
      telemetry.count('RowGivenUp', failed);
      telemetry.warn('Log of deliveries not written', { rows: failed });
    },
  };
}

/** A row holds 400 KB; an attempt takes about 200 B. */
const ATTEMPTS_A_ROW = 1000;

function attemptsOfInvocation() {
  let attempts = new Map<string, LoggedAttempt[]>();
  return {
    add: (subscriberId: string, attempt: LoggedAttempt) => {
      const known = attempts.get(subscriberId) ?? [];
      attempts.set(subscriberId, known);
      known.push(attempt);
    },
    take: (): readonly (readonly [string, readonly LoggedAttempt[]])[] => {
      const taken = [...attempts];
      attempts = new Map();
      return taken.flatMap(([id, all]) =>
        Array.from({ length: Math.ceil(all.length / ATTEMPTS_A_ROW) }, (_, page) => {
          const from = page * ATTEMPTS_A_ROW;
          return [id, all.slice(from, from + ATTEMPTS_A_ROW)] as const;
        }),
      );
    },
  };
}
