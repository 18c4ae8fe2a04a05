// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { WorldName } from '../faults/worlds.ts';

/** One way in which the code could be wrong, and what must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The simulated world in which a promise is broken. @default 'weeks' */
  readonly world?: WorldName;
  /** A test file that fails, where no simulated world has to notice. */
  readonly test?: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'takes what the business did with a message for what became of one of its own',
    file: 'lambda/domain/wasender-events.ts',
    find: "textOf(leaf, 'key', 'fromMe') === 'false'",
    replace: "textOf(leaf, 'key', 'fromMe') === 'never'",
    test: 'test/domain/wasender-webhook.test.ts',
  },
  {
    name: 'takes a time in the future as it is told',
    file: 'lambda/domain/fields.ts',
    find: 'return Math.min(toldMs ?? receivedAt, receivedAt);',
    replace: 'return toldMs ?? receivedAt;',
    test: 'test/domain/event-times.test.ts',
  },
  {
    name: 'forgets that two numbers may be one account',
    file: 'lambda/domain/identity.ts',
    find: 'if (alternate === undefined) return [period];',
    replace: 'if (alternate !== null) return [period];',
    test: 'test/domain/alternate-numbers.test.ts',
  },
  {
    name: 'links the business with the contact that it wrote to',
    file: 'lambda/domain/wasender-jid.ts',
    find: "personNames(key, 'recipient', 'remoteJid')",
    replace: "personNames(key, 'recipient', 'remoteJid', 'sender')",
    test: 'test/domain/wasender-webhook.test.ts',
  },
  {
    name: 'acknowledges before the queue confirms',
    file: 'lambda/ingest/accept-webhook.ts',
    find: 'await deps.enqueue(events, deadline);',
    replace: 'deps.enqueue(events, deadline).catch(() => undefined);',
  },
  {
    name: 'answers 200 when the queue is unavailable',
    file: 'lambda/ingest/failures.ts',
    find: "{ status: 503, body: 'not able to store now; deliver again' }",
    replace: "{ status: 200, body: 'stored' }",
  },
  {
    name: 'answers 400 when the secret cannot be read',
    file: 'lambda/ingest/failures.ts',
    find: "{ status: 503, body: 'not able to check signatures now; deliver again' }",
    replace: "{ status: 400, body: 'not able to check signatures' }",
  },
  {
    name: 'takes a partial batch failure for success',
    file: 'lambda/adapters/sqs-batch.ts',
    find: "return refusalsOf(batch, await call('SendMessageBatch', request, signal));",
    replace: "await call('SendMessageBatch', request, signal); return [];",
  },
  {
    name: 'takes what the answer does not name for confirmed',
    file: 'lambda/adapters/sqs-batch.ts',
    find: "const confirmed = idsOf(memberOf(answer, 'Successful'));",
    replace:
      "const failed = idsOf(memberOf(answer, 'Failed')); const confirmed = new Set(batch.map((_, index) => String(index)).filter((id) => !failed.has(id)));",
  },
  {
    name: 'does not send refused entries again, nor says so',
    file: 'lambda/ingest/enqueue-events.ts',
    find: 'if (refusals.length > 0) await sendAgain(refusals, deadline, deps);',
    replace: 'if (refusals.length > 10) await sendAgain(refusals, deadline, deps);',
  },
  {
    name: 'ignores lanes: all batches at once',
    file: 'lambda/domain/lanes.ts',
    find: 'return [...lanes.values()].map(cutIntoBatches);',
    replace: 'return lanes.size > 0 ? single.map((batch) => [batch]) : [];',
  },
  {
    name: 'forgets to wait for the payload in S3',
    file: 'lambda/ingest/enqueue-events.ts',
    find: 'await deps.storePayload(parked.payloadKey, event.payload, deadline);',
    replace:
      'deps.storePayload(parked.payloadKey, event.payload, deadline).catch(() => undefined);',
  },
  {
    name: 'keeps an oversized payload in the row',
    file: 'lambda/domain/oversized.ts',
    find: 'const MAX_PAYLOAD_BYTES = 350 * 1024;',
    replace: 'const MAX_PAYLOAD_BYTES = 900 * 1024;',
  },
  {
    name: 'takes the group from the contacts beside the message',
    file: 'lambda/domain/meta-messages.ts',
    find: 'const contact = nameOf(named) === undefined ? soleContact(scope) : named;',
    replace: 'const contact = { ...named, ...soleContact(scope) };',
  },
  {
    name: 'takes the id from the shape of the batch',
    file: 'lambda/domain/meta-messages.ts',
    find: '...(wamid !== undefined && { wamid, id: [scope.channel, wamid] }),',
    replace:
      "...(wamid !== undefined && { wamid, id: [scope.channel, wamid, scope.part.contact?.text ?? ''] }),",
    test: 'test/domain/identity-vectors.test.ts',
  },
  {
    name: 'takes the id from the name under which the webhook came',
    file: 'lambda/domain/wasender-events.ts',
    find: 'id: id === undefined ? contentId(item, session) : [session, String(isEcho), id],',
    replace:
      'id: id === undefined ? contentId(item, session) : [session, String(isEcho), id, item.name],',
  },
  {
    name: 'groups messages by wamid',
    file: 'lambda/domain/meta-messages.ts',
    find: 'group: groupOf(scope, contact, wamid),',
    replace: 'group: groupOf(scope, {}, wamid),',
  },
  {
    name: 'sends all events to one group',
    file: 'lambda/adapters/sqs-batch.ts',
    find: 'MessageGroupId: group,',
    replace: "MessageGroupId: 'all',",
  },
  {
    name: 'leaves the channel out of a group',
    file: 'lambda/domain/event.ts',
    find: 'return `contact.${digest([channel, name])}`;',
    replace: 'return `contact.${digest([name])}`;',
    test: 'test/domain/identity-vectors.test.ts',
  },
  {
    name: 'leaves the participant out of the id',
    file: 'lambda/domain/meta-reports.ts',
    find: 'id: [scope.channel, wamid, name, ...(participant === undefined ? [] : [participant])],',
    replace: 'id: [scope.channel, wamid, name],',
    test: 'test/domain/identity-vectors.test.ts',
  },
  {
    name: 'leaves the status out of the id',
    file: 'lambda/domain/meta-reports.ts',
    find: 'id: [scope.channel, wamid, name, ...(participant === undefined ? [] : [participant])],',
    replace: 'id: [scope.channel, wamid, ...(participant === undefined ? [] : [participant])],',
  },
  {
    name: 'drops the condition from the put',
    file: 'lambda/adapters/table-writes.ts',
    find: 'ConditionExpression: `attribute_not_exists(${A.partitionKey})`,',
    replace: '',
  },
  {
    name: 'puts the row before the link',
    file: 'lambda/adapters/event-table.ts',
    find: 'await Promise.all(event.links.map((link) => storeLink(event, link, signal)));',
    replace:
      "if (event.kind !== 'status') await storeRow(event, sequenceNumber, signal); await Promise.all(event.links.map((link) => storeLink(event, link, signal)));",
  },
  {
    name: 'remembers a link before it is written',
    file: 'lambda/adapters/event-table.ts',
    find: 'if (knownSince !== undefined && knownSince <= event.occurredAt) return;',
    replace:
      'if (knownSince !== undefined && knownSince <= event.occurredAt) return; knownLinks.set(key, event.occurredAt, now());',
  },
  {
    name: 'swallows an error of the table as if the write had held',
    file: 'lambda/adapters/condition.ts',
    find: 'if (isUnmet(error)) return false;\n    throw error;',
    replace: 'return !isUnmet(error);',
  },
  {
    name: 'swallows an error of the store as undefined',
    file: 'lambda/processor/process-batch.ts',
    find: 'const outcome = await deps.store(event, message.sequenceNumber, signal).catch(permanently);',
    replace:
      "const outcome = await deps.store(event, message.sequenceNumber, signal).catch(() => 'stored' as const);",
  },
  {
    name: 'keeps the row for so long after it happened, not after it was stored',
    file: 'lambda/adapters/event-table.ts',
    find: 'const write = put(eventPut(event, sequenceNumber, expiry(event)), signal);',
    replace:
      'const write = put(eventPut(event, sequenceNumber, expiry(event) + Math.floor((event.occurredAt - now()) / 1000)), signal);',
  },
  {
    name: 'does not renew the life of a message with each status',
    file: 'lambda/adapters/status-updates.ts',
    find: 'const expiry = setAlways(A.expiresAt, numberValue(expiresAt));',
    replace: 'const expiry = setOnce(A.expiresAt, numberValue(expiresAt));',
  },
  {
    name: 'lets a status overwrite the time of an earlier one',
    file: 'lambda/adapters/status-updates.ts',
    find: 'setOnce(`${STATUS_PREFIXES.time}${name}`, timeValue(event.occurredAt)),',
    replace: 'setAlways(`${STATUS_PREFIXES.time}${name}`, timeValue(event.occurredAt)),',
    test: 'test/adapters/event-table.test.ts',
  },
  {
    name: 'leaves a message where its first status came, not where its earliest was',
    file: 'lambda/adapters/table-writes.ts',
    find: ' AND (attribute_not_exists(#0) OR #0 <= :0)`',
    replace: '`',
  },
  {
    name: 'takes a refused update for done',
    file: 'lambda/adapters/event-table.ts',
    find: `// Moved by somebody else in between, or by a try whose answer was lost.
      (await holds(send(update, signal)))`,
    replace: 'false',
    test: 'test/adapters/event-table.test.ts',
  },
  {
    name: 'lets a phone number replace a lasting name',
    file: 'lambda/adapters/status-updates.ts',
    find: '[setOnce(A.timelinePk, place(phone))]',
    replace: '[setAlways(A.timelinePk, place(phone))]',
  },
  {
    name: 'reverses the rank of statuses',
    file: 'lambda/domain/status.ts',
    find: "const ORDER = ['accepted', 'sent', 'failed', 'delivered', 'read', 'played'];",
    replace: "const ORDER = ['played', 'read', 'delivered', 'failed', 'sent', 'accepted'];",
    test: 'test/domain/status.test.ts',
  },
  {
    name: 'drops a message before its dead letter is confirmed',
    file: 'lambda/processor/process-batch.ts',
    find: 'await deps.deadLetter(message, reason, signal);',
    replace: 'deps.deadLetter(message, reason, signal).catch(() => undefined);',
  },
  {
    name: 'does not return the tail of a failed group',
    file: 'lambda/domain/group-order.ts',
    find: 'return { items: [item, ...group.slice(index + 1)], error };',
    replace: 'return { items: [item], error };',
  },
  {
    name: 'returns the whole batch',
    file: 'lambda/processor/process-batch.ts',
    find: 'return halted.flatMap((group) => group.items.map(({ message }) => message));',
    replace: 'return halted.length > 0 ? messages : [];',
    test: 'test/processor/process-batch.test.ts',
  },
  {
    name: 'goes on with a group after a failure',
    file: 'lambda/domain/group-order.ts',
    find: 'return { items: [item, ...group.slice(index + 1)], error };',
    replace:
      'const later = await runInOrder(group.slice(index + 1), run); return { items: [item, ...(later?.items ?? [])], error };',
  },
  {
    name: 'runs the messages of a group side by side',
    file: 'lambda/domain/group-order.ts',
    find: 'const groups = Map.groupBy(items, groupOf).values();',
    replace: 'const groups = items.map((item) => [item]); groupOf;',
  },
  {
    name: 'dead-letters in an outage',
    file: 'lambda/processor/process-batch.ts',
    find: "if (error instanceof PermanentError) return 'malformed';\n  throw error;",
    replace: "return error instanceof PermanentError ? 'malformed' : 'refused-by-table';",
  },
  {
    name: 'drops what is no event without a dead letter',
    file: 'lambda/processor/process-batch.ts',
    find: "return deadLetter(message, 'malformed', { detail: reading.detail }, signal, deps);",
    replace: 'return undefined;',
    test: 'test/processor/process-batch.test.ts',
  },
  {
    name: 'dead-letters again under the deduplication id of the first time',
    file: 'lambda/adapters/sqs-dead-letter.ts',
    find: "digest(['dead-letter', message.messageId, message.sequenceNumber])",
    replace: "digest(['dead-letter', message.body])",
  },
  {
    name: 'replays under the old deduplication id',
    file: 'test/faults/operator.ts',
    find: 'const deduplicationId = `again-${this.#sent}`;',
    replace: 'const { deduplicationId } = message;',
  },
  {
    name: 'ignores the schema version',
    file: 'lambda/domain/queue-body.ts',
    find: "if (typeof version === 'number' && version > newest) return",
    replace: "if (typeof version === 'number' && version > newest + 1) return",
  },
  {
    name: 'takes an envelope of a newer version for malformed',
    file: 'lambda/processor/process-batch.ts',
    find: "if (reading.reason === 'newer') throw retryable('newer-version');",
    replace: '',
  },
  {
    name: 'checks the signature over the parsed body',
    file: 'lambda/ingest/providers.ts',
    find: 'checkSignature(request.rawBody, signature, appSecrets),',
    replace:
      'checkSignature(Buffer.from(JSON.stringify(JSON.parse(request.rawBody.toString()))), signature, appSecrets),',
  },
  {
    name: 'checks the signature over the body with its ends trimmed',
    file: 'lambda/ingest/providers.ts',
    find: 'checkSignature(request.rawBody, signature, appSecrets),',
    replace:
      'checkSignature(Buffer.from(request.rawBody.toString().trim()), signature, appSecrets),',
  },
  {
    name: 'ignores one of two secrets',
    file: 'lambda/domain/signature.ts',
    find: 'const secret = appSecrets.findIndex((appSecret) =>',
    replace: 'const secret = appSecrets.slice(0, 1).findIndex((appSecret) =>',
  },
  {
    name: "ignores one of WasenderApi's two secrets",
    file: 'lambda/domain/signature.ts',
    find: 'const secret = secrets.findIndex((candidate) => equalInConstantTime(header, candidate));',
    replace:
      'const secret = secrets.slice(-1).findIndex((candidate) => equalInConstantTime(header, candidate));',
  },
  {
    name: 'accepts a signature that fits no secret',
    file: 'lambda/domain/signature.ts',
    find: "equalInConstantTime(header ?? '', metaSignature(rawBody, appSecret)),",
    replace: "equalInConstantTime(header ?? '', header ?? ''),",
  },
  {
    name: 'accepts any path token',
    file: 'lambda/ingest/providers.ts',
    find: 'const known = sessions.find((session) => equalInConstantTime(token, session.token));',
    replace: 'const known = sessions.find((session) => equalInConstantTime(token, token));',
  },
  {
    name: 'never looks for a newer secret',
    file: 'lambda/ingest/check-against.ts',
    find: 'return newer === undefined ? known : check(newer);',
    replace: 'return newer === undefined ? known : known;',
    test: 'test/ingest/accept-meta-webhook.test.ts',
  },
  {
    name: 'takes a base64 body for text',
    file: 'lambda/adapters/api-gateway.ts',
    find: "event.isBase64Encoded ? 'base64' : 'utf8'",
    replace: "'utf8'",
  },
  {
    name: 'says that a batch is archived before S3 confirms',
    file: 'lambda/archiver/archive-changes.ts',
    find: 'await deps.store(key, lines, signal);',
    replace: 'deps.store(key, lines, signal).catch(() => {});',
    world: 'after-table',
  },
  {
    name: 'archives who was to be forgotten while it wrote',
    file: 'lambda/archiver/archive-changes.ts',
    find: 'return latest.every(({ key }) => keys.has(key)) ? kept : storeHours(objects, signal, deps);',
    replace: 'return kept;',
    test: 'test/archiver/archive-changes.test.ts',
  },
  {
    name: 'names an object of the archive by its hour alone',
    file: 'lambda/archiver/archive-changes.ts',
    find: 'return `${prefix}${sequenceNumber}-${source.eventID}.ndjson.gz`;',
    replace: 'return `${prefix}${sequenceNumber && source.eventID && 0}.ndjson.gz`;',
    world: 'after-table',
  },
  {
    name: 'stops at a change that cannot be read',
    file: 'lambda/archiver/archive-changes.ts',
    find: 'if (told === undefined) unreadable.push(record);',
    replace: 'if (told === undefined) break;',
    world: 'after-table',
  },
  {
    name: 'tries again at once for as long as an outage lasts',
    file: 'lambda/domain/backoff.ts',
    find: 'return Math.round((ceiling / 2) * (1 + random));',
    replace: 'return Math.round(0 * ceiling * random);',
  },
  {
    name: 'sends a dead letter back under an id that others of its group have',
    file: 'bin/floodgate/dlq/dead-letter-queue.ts',
    find: "digest(['redrive', id, sequenceNumber])",
    replace: "digest(['redrive', group])",
    test: 'test/bin/dlq.test.ts',
  },
  {
    name: 'answers while lanes are still under way',
    file: 'lambda/ingest/enqueue-events.ts',
    find: `const lanes = await Promise.allSettled(
    planLanes(messages).map((batches) => sendInOrder(batches, deadline, deps)),
  );
  const failure = lanes.find((lane) => lane.status === 'rejected');
  if (failure !== undefined) throw failure.reason;`,
    replace: `await Promise.all(
    planLanes(messages).map((batches) => sendInOrder(batches, deadline, deps)),
  );`,
    test: 'test/ingest/enqueue-events.test.ts',
  },
  {
    name: 'leaves the queue no time where splitting took it all',
    file: 'lambda/ingest/accept-webhook.ts',
    find: 'Math.max(allowedMs - (performance.now() - startedAt), QUEUE_MS)',
    replace: 'allowedMs - (performance.now() - startedAt)',
    test: 'test/ingest/accept-meta-webhook.test.ts',
  },
  {
    name: 'deletes a dead letter before its copy is confirmed',
    file: 'bin/floodgate/dlq/redrive.ts',
    find: 'await queue.sendBack(letter);\n    await queue.remove(letter);',
    replace: 'await queue.remove(letter);\n    await queue.sendBack(letter);',
    test: 'test/bin/redrive.test.ts',
  },
  {
    name: 'takes what the deliveries queue refused for sent',
    file: 'lambda/router/send-round.ts',
    find: 'unsent.push(...left.map(({ planned }) => planned));',
    replace: 'if (faults.length > 0) unsent.push(...left.map(({ planned }) => planned));',
    test: 'test/router/route-records.test.ts',
  },
  {
    name: 'returns the last record that was not sent instead of the first',
    file: 'lambda/router/route-records.ts',
    find: 'return { undone: Math.min(...left.map(({ index }) => index)), faults };',
    replace: 'return { undone: Math.max(...left.map(({ index }) => index)), faults };',
    world: 'after-table',
  },
  {
    name: 'sends the next of a delivery group though the one before was refused',
    file: 'lambda/router/route-records.ts',
    find: 'if (unsent.length === 0) continue;',
    replace: 'if (number < rounds.length - 1) continue;',
    test: 'test/router/route-records.test.ts',
  },
  {
    name: 'goes on behind an unreadable change before it is set aside',
    file: 'lambda/router/route-records.ts',
    find: 'await deps.setAside(record, signal);',
    replace: 'deps.setAside(record, signal).catch(() => undefined);',
    test: 'test/router/route-records.test.ts',
  },
  {
    name: 'closes the breaker while somebody may still put aside',
    file: 'lambda/domain/delivery-state.ts',
    find: 'export const CLOSING_MS = VIEW_MS + 15_000;',
    replace: 'export const CLOSING_MS = -1;',
    world: 'after-table',
  },
  {
    name: 'puts aside on the word of an expired view',
    file: 'lambda/deliverer/settle-delivery.ts',
    find: 'if (leftMs <= 0) return false;',
    replace: 'if (Number.isNaN(leftMs)) return false;',
    test: 'test/deliverer/closing.test.ts',
  },
  {
    name: 'puts aside for as long as it takes',
    file: 'lambda/deliverer/settle-delivery.ts',
    find: 'const ends = AbortSignal.any([signal, deadline.signal]);',
    replace: 'const ends = AbortSignal.any([signal]);',
    test: 'test/deliverer/closing.test.ts',
  },
  {
    name: 'delivers past an open breaker',
    file: 'lambda/domain/delivery-state.ts',
    find: "if (breaker === 'open') return 'aside';",
    replace: "if (breaker === 'open' && isPaused) return 'aside';",
    world: 'after-table',
  },
  {
    name: 'takes a failed delivery for done',
    file: 'lambda/deliverer/settle-delivery.ts',
    find: 'throw new Postponed(fault, deliveryDelaySeconds(tries, deps.random(), outcome.retryAfterSeconds));',
    replace: 'return deliveryDelaySeconds(tries, deps.random(), outcome.retryAfterSeconds) > 0;',
    world: 'after-table',
  },
  {
    name: 'gives a delivery up before its dead letter is confirmed',
    file: 'lambda/deliverer/settle-delivery.ts',
    find: "await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });",
    replace:
      "deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt }).catch(() => {});",
    test: 'test/deliverer/deliver-batch.test.ts',
  },
  {
    name: 'keeps trying an endpoint that never answers',
    file: 'lambda/deliverer/settle-delivery.ts',
    find: 'if (failures >= FAILURES_TO_OPEN) return open(',
    replace: 'if (failures >= 100 * FAILURES_TO_OPEN) return open(',
    test: 'test/deliverer/deliver-batch.test.ts',
  },
  {
    name: 'takes a delivery out of the backlog before its dead letter is confirmed',
    file: 'lambda/drainer/drain-backlog.ts',
    find: "await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });\n  await deps.backlog.remove(row, signal);",
    replace:
      "await deps.backlog.remove(row, signal);\n  await deps.deadLetter(message, 'undeliverable', signal, { fault, answer: excerpt });",
    test: 'test/drainer/drain-subscriber.test.ts',
  },
  {
    name: 'goes on behind the failed head of a group in the backlog',
    file: 'lambda/drainer/drain-backlog.ts',
    find: 'if (!(await drainRow(row, subscriber, health, signal, deps))) return false;',
    replace: 'await drainRow(row, subscriber, health, signal, deps);',
    test: 'test/drainer/drain-subscriber.test.ts',
  },
  {
    name: 'goes on with a failing group on the next page',
    file: 'lambda/drainer/drain-backlog.ts',
    find: 'halted.has(last.group) ? endOfGroup(last.group) : last.key',
    replace: "halted.has(endOfGroup(last.group)) ? '' : last.key",
    test: 'test/drainer/drain-subscriber.test.ts',
  },
  {
    name: 'drains though another drainer does',
    file: 'lambda/drainer/drain-subscriber.ts',
    find: 'if (!(await deps.state.lease(id, deps.owner, deps.leaseUntil, signal))) return;',
    replace: 'await deps.state.lease(id, deps.owner, deps.leaseUntil, signal);',
    test: 'test/drainer/drain-subscriber.test.ts',
  },
  {
    name: 'closes the breaker over a backlog',
    file: 'lambda/drainer/drain-subscriber.ts',
    find: "if (pass === 'empty') {",
    replace: "if (pass === 'empty' || pass === 'stuck') {",
    test: 'test/drainer/drain-subscriber.test.ts',
  },
  {
    name: "gives back a slot that is another's by then",
    file: 'lambda/adapters/delivery-limits.ts',
    find: '// Whoever took it over after its time has another.\n          ConditionExpression: `${A.heldUntil} = :until`,',
    replace: 'ConditionExpression: `${A.heldUntil} >= :until`,',
    test: 'test/adapters/delivery-limits.test.ts',
  },
  {
    name: 'takes a delivery out of the backlog before it went out',
    file: 'lambda/drainer/drain-backlog.ts',
    find: 'const outcome = await tryDelivery(next, signal, deps);',
    replace:
      'await deps.backlog.remove(row, signal); const outcome = await tryDelivery(next, signal, deps);',
    world: 'after-table',
  },
  {
    name: 'passes over what waits in a group of the backlog',
    file: 'lambda/drainer/drain-backlog.ts',
    find: 'if (row.notBefore > deps.now()) return false;',
    replace: 'if (row.notBefore > deps.now()) continue;',
    world: 'after-table',
  },
  {
    name: 'reads the backlog by the digits of its keys, one after another',
    file: 'lambda/adapters/table-rows.ts',
    find: "return sequenceNumber.padStart(SEQUENCE_DIGITS, '0');",
    replace: "return sequenceNumber.padStart(SEQUENCE_DIGITS, '0').split('').reverse().join('');",
    world: 'after-table',
  },
  {
    name: 'never drains who was paused',
    file: 'lambda/drainer/drain-all.ts',
    find: "deliveryStateOf(row).breaker !== 'closed');",
    replace:
      "deliveryStateOf(row).breaker !== 'closed' && deliveryStateOf(row).openedBecause !== 'paused');",
    world: 'after-table',
  },
  {
    name: 'says that a file is stored before S3 has it',
    file: 'lambda/media/fetch-media.ts',
    find: 'await put({ key, mimeType }, reading.chunks(), signal);',
    replace: 'put({ key, mimeType }, reading.chunks(), signal).catch(() => undefined);',
    world: 'after-table',
  },
  {
    name: 'drops a job that it cannot read',
    file: 'lambda/media/settle-job.ts',
    find: 'if (!reading.ok) return again(message, { reason: reading.reason }, deps);',
    replace: 'if (!reading.ok) return undefined;',
    world: 'after-table',
  },
  {
    name: 'takes a throttle of the provider for a refusal',
    file: 'lambda/media/settle-job.ts',
    find: "    case 'host':\n",
    replace: "    case 'host':\n    case 'throttled':\n",
    world: 'after-table',
  },
  {
    name: 'drops a job that fails for AWS',
    file: 'lambda/media/settle-jobs.ts',
    find: 'if (delaySeconds !== undefined) returns.push({ message, delaySeconds });',
    replace: '',
    world: 'after-table',
  },
  {
    name: 'stores what is not what was announced',
    file: 'lambda/media/fetch-media.ts',
    find: 'if (mismatch !== undefined) throw new BadTransfer(mismatch);',
    replace: "if (mismatch === 'size') throw new BadTransfer(mismatch);",
    world: 'after-table',
  },
  {
    name: 'asks for no fresh URL when one has expired',
    file: 'lambda/media/fetch-media.ts',
    find: "const WORTH_ANOTHER = new Set<string>(['gone', 'size',",
    replace: "const WORTH_ANOTHER = new Set<string>(['size',",
    test: 'test/media/fetch-media.test.ts',
  },
  {
    name: 'forgets the last part of a large file',
    file: 'lambda/adapters/s3-media.ts',
    find: 'yield { bytes: buffer.subarray(0, filled), isLast: true };',
    replace: 'yield { bytes: buffer.subarray(0, 0), isLast: true };',
    world: 'after-table',
  },
  {
    name: 'archives a change of which one status is known as nothing new',
    file: 'lambda/adapters/routed-events.ts',
    find: '.filter(({ name }) => before?.[`${STATUS_PREFIXES.time}${name}`] === undefined)',
    replace: '.filter(() => before === undefined)',
    world: 'after-table',
  },
  {
    name: 'lets what became of a file overtake its message where nobody wants order',
    file: 'lambda/domain/delivery.ts',
    find: 'isOrdered ? event.group : messageId',
    replace: 'isOrdered ? event.group : event.id',
    world: 'after-table',
  },
  {
    name: "tells what became of a file in the provider's words for its message",
    file: 'lambda/domain/subscriber.ts',
    find: "return format === 'standard' || media === undefined;",
    replace: "return format === 'standard' || media !== null;",
    world: 'after-table',
  },
  {
    name: 'tells what became of a file only where it is stored',
    file: 'lambda/domain/media-state.ts',
    find: "return media.state !== 'skipped' || media.reason === 'too-big';",
    replace: "return media.state === 'stored';",
    world: 'after-table',
  },
  {
    name: 'makes up messages and not what became of their files',
    file: 'lambda/adapters/missed-changes.ts',
    find: 'changedAt >= from && changedAt < until ?',
    replace: 'changedAt >= from && changedAt < until && change.before === undefined ?',
    world: 'after-table',
  },
  {
    name: 'tells what became of a file again with each change of its row',
    file: 'lambda/adapters/routed-events.ts',
    find: 'if (settledAt === undefined || MEDIA_ATTRIBUTES.newsAt in before) return [];',
    replace: 'if (settledAt === undefined) return [];',
    test: 'test/adapters/routed-events.test.ts',
  },
  {
    name: 'writes what became of a file so that the release before takes it for a message',
    file: 'lambda/domain/delivery.ts',
    find: 'media === undefined ? VERSIONS.event : VERSIONS.media',
    replace: 'media === null ? VERSIONS.media : VERSIONS.event',
    test: 'test/domain/delivery.test.ts',
  },
  {
    name: 'catches up with a gap without archiving it',
    file: 'bin/floodgate/catch-up/hand-on-missed.ts',
    find: 'await archive.add(events);',
    replace: '',
    world: 'after-table',
  },
  {
    name: 'catches up with the events of a gap and not with its statuses',
    file: 'lambda/adapters/missed-changes.ts',
    find: '.filter(({ at }) => at >= from - STATUS_LATENESS_MS && at < until)',
    replace: '.filter(({ at }) => at >= until && at < until)',
    world: 'after-table',
  },
  {
    name: 'counts the three days of who was paused from before the pause',
    file: 'lambda/domain/delivery-retry.ts',
    find: 'return Math.max(routedAt, updatedAt) + GIVE_UP_MS;',
    replace: 'return Math.min(routedAt, routedAt + updatedAt) + GIVE_UP_MS;',
    test: 'test/drainer/drain-subscriber.test.ts',
  },
];
