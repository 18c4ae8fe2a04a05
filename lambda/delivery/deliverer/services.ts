import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptTenancy } from '../../channels/tenancy.ts';
import { sqsDeadLetter } from '../../events/sqs-dead-letter.ts';
import { mediaLinks } from '../../media/links.ts';
import { parseMediaPolicies } from '../../media/policy.ts';
import { s3MediaPresigner } from '../../media/s3-links.ts';
import { FIND_MESSAGE_MS, messageFinder } from '../../people/message-finder.ts';
import { awsJson, type CallAws, DYNAMODB, SQS } from '../../shared/aws/json-protocol.ts';
import { secretsClient } from '../../shared/aws/secrets-client.ts';
import {
  cachedSecret,
  SECRET_OUTDATED,
  SECRET_PATIENCE,
  secretReader,
} from '../../shared/aws/secrets-manager.ts';
import { sqsVisibility } from '../../shared/aws/sqs-visibility.ts';
import type { Telemetry } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import { tableReader } from '../../table/reader-table.ts';
import { PAYLOAD_READ_MS, s3PayloadReader } from '../../table/s3-payloads.ts';
import { endpointStateWriter } from '../endpoint-table.ts';
import { deliveryHistory } from '../history-table.ts';
import { httpsEndpoint } from '../https-endpoint.ts';
import { deliveryLog } from '../log-table.ts';
import { deliveryPace } from '../pace-table.ts';
import { subscriberQueueNames } from '../queue-names.ts';
import { parseSigningKey, signingSecrets } from '../signing-secrets.ts';
import { subscriberQueue } from '../sqs-endpoint.ts';
import { subscriberReader, subscriberWriter } from '../subscriber-table.ts';
import type { AttemptDeps } from './attempt-delivery.ts';
import { attemptsLog } from './attempts-log.ts';
import { behindNotes } from './behind-notes.ts';
import type { DeliveringConfig } from './config.ts';
import { pacer } from './pacer.ts';
import type { SettleDeps } from './settle-delivery.ts';
import { subscriberViews } from './subscriber-views.ts';

/** Of one try: connecting, sending and reading the answer together. */
const ENDPOINT_TIMEOUT_MS = 10_000;

/** A try with all that is done before and after it. */
export const TRY_MS = PAYLOAD_READ_MS + FIND_MESSAGE_MS + ENDPOINT_TIMEOUT_MS + 5000;

/** What deliverer and prober have in common, for the life of an execution environment. */
export function deliveringServices(config: DeliveringConfig, telemetry: Telemetry) {
  const now = Date.now;
  const random = Math.random;
  const { tableName } = config;
  const dynamodb = awsJson(config.dynamodb, DYNAMODB, { attempts: 6, timeoutMs: 3000 });
  const sqs = awsJson(config.sqs, SQS, { attempts: 4, timeoutMs: 3000 });
  const subscribers = subscriberReader(dynamodb, tableName);
  const names = subscriberQueueNames(config.queuesArn, config.deliveriesDeadLetterQueueUrl);
  const log = attemptsLog(
    deliveryLog(dynamodb, tableName, { now, id: randomUUID, random }),
    telemetry,
  );
  const sleepFor = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });
  const state = endpointStateWriter(dynamodb, tableName, now);
  const pace = { reserve: deliveryPace(dynamodb, tableName, now), sleep: sleepFor, now };

  return {
    ...{ dynamodb, sqs, names, subscribers },
    /** Of so many side by side. */
    nextSlot: (atOnce: number) => pacer(atOnce, pace),
    noteBehind: behindNotes({ state, now }),
    delayReturns: (queueArn: string) => sqsVisibility(sqs, names.neighbourUrl(queueArn)),
    /** For the use cases. */
    deps: {
      ...attemptServices(config, dynamodb, telemetry),
      ownership: keptTenancy(dynamodb, tableName, now).ownership,
      views: subscriberViews(subscribers.find, now),
      state,
      history: deliveryHistory(dynamodb, tableName, now),
      deadLetter: sqsDeadLetter(sqs, config.deliveriesDeadLetterQueueUrl, now),
      disable: subscriberDisabler(dynamodb, tableName, now),
      logAttempt: log.add,
      random,
      count: telemetry.count,
      warn: telemetry.warn,
    },
    writeLog: log.write,
  };
}

/** What one try needs. */
function attemptServices(
  config: DeliveringConfig,
  dynamodb: CallAws,
  telemetry: Telemetry,
): AttemptDeps & Pick<SettleDeps, 'secretsOf'> {
  const now = Date.now;
  const readKey = secretReader(secretsClient(config.secretsManager, SECRET_PATIENCE))(
    config.signingKeyArn,
  );
  const signingKey = cachedSecret(readKey, parseSigningKey, {
    onOutage: (error) => telemetry.warn(SECRET_OUTDATED, { fault: faultName(error) }),
  });
  const table = tableReader(
    (operation, input) => dynamodb(operation, input, AbortSignal.timeout(FIND_MESSAGE_MS)),
    config.tableName,
    now,
  );
  const presign = s3MediaPresigner(config.mediaBucket, config.s3, now);
  return {
    readPayload: s3PayloadReader(config.overflowBucket, config.s3),
    linkMedia: mediaLinks(presign, parseMediaPolicies(config.mediaPolicy), now),
    findMessage: messageFinder(table, now),
    secretsOf: async (subscriber) => signingSecrets(await signingKey.current(), subscriber, now()),
    post: httpsEndpoint({
      allowsLoopback: config.deliversToLoopback,
      timeoutMs: ENDPOINT_TIMEOUT_MS,
    }),
    send: subscriberQueue(config.sqs),
    now,
  };
}

/** Unless it was changed since it was seen: what the endpoint said was said to what it was. */
function subscriberDisabler(
  dynamodb: CallAws,
  tableName: string,
  now: () => number,
): SettleDeps['disable'] {
  const { get } = subscriberReader(dynamodb, tableName);
  const { update } = subscriberWriter(dynamodb, tableName);
  return async ({ id, subscriber: seen }, signal) => {
    const stored = await get(id, signal);
    if (stored === undefined || stored.subscriber.updatedAt !== seen?.updatedAt) return false;
    const { subscriber } = stored;
    return update(stored, { ...subscriber, disabledBecause: 'gone', updatedAt: now() }, signal);
  };
}
