// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { Mutation } from './mutation.ts';

export const INBOUND: readonly Mutation[] = [
  {
    name: 'acknowledges before the queue confirms',
    file: 'lambda/inbound/ingest/accept-webhook.ts',
    find: 'await deps.enqueue(events, deadline);',
    replace: 'deps.enqueue(events, deadline).catch(() => undefined);',
  },
  {
    name: 'answers 200 when the queue is unavailable',
    file: 'lambda/inbound/ingest/failures.ts',
    find: "{ status: 503, body: 'not able to store now; deliver again' }",
    replace: "{ status: 200, body: 'stored' }",
  },
  {
    name: 'answers 400 when the secret cannot be read',
    file: 'lambda/inbound/ingest/failures.ts',
    find: "{ status: 503, body: 'not able to check signatures now; deliver again' }",
    replace: "{ status: 400, body: 'not able to check signatures' }",
  },
  {
    name: 'takes a partial batch failure for success',
    file: 'lambda/shared/aws/sqs-batch.ts',
    find: "return refusalsOf(batch, await call('SendMessageBatch', request, signal));",
    replace: "await call('SendMessageBatch', request, signal); return [];",
  },
  {
    name: 'takes what the answer does not name for confirmed',
    file: 'lambda/shared/aws/sqs-batch.ts',
    find: "const confirmed = idsOf(memberOf(answer, 'Successful'));",
    replace:
      "const failed = idsOf(memberOf(answer, 'Failed')); const confirmed = new Set(batch.map((_, index) => String(index)).filter((id) => !failed.has(id)));",
  },
  {
    name: 'does not send refused entries again, nor says so',
    file: 'lambda/inbound/ingest/enqueue-events.ts',
    find: 'if (refusals.length > 0) await sendAgain(refusals, deadline, deps);',
    replace: 'if (refusals.length > 10) await sendAgain(refusals, deadline, deps);',
  },
  {
    name: 'ignores lanes: all batches at once',
    file: 'lambda/shared/queue/lanes.ts',
    find: 'return [...lanes.values()].map(cutIntoBatches);',
    replace: 'return lanes.size > 0 ? single.map((batch) => [batch]) : [];',
  },
  {
    name: 'forgets to wait for the payload in S3',
    file: 'lambda/inbound/ingest/enqueue-events.ts',
    find: 'await deps.storePayload(parked.payloadKey, event.payload, deadline);',
    replace:
      'deps.storePayload(parked.payloadKey, event.payload, deadline).catch(() => undefined);',
  },
  {
    name: 'sends all events to one group',
    file: 'lambda/shared/aws/sqs-batch.ts',
    find: 'MessageGroupId: group,',
    replace: "MessageGroupId: 'all',",
  },
  {
    name: 'swallows an error of the store as undefined',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: 'const outcome = await deps.store(event, message.sequenceNumber, signal).catch(permanently);',
    replace:
      "const outcome = await deps.store(event, message.sequenceNumber, signal).catch(() => 'stored' as const);",
  },
  {
    name: 'drops a message before its dead letter is confirmed',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: 'await deps.deadLetter(message, reason, signal);',
    replace: 'deps.deadLetter(message, reason, signal).catch(() => undefined);',
  },
  {
    name: 'does not return the tail of a failed group',
    file: 'lambda/shared/queue/group-order.ts',
    find: 'return { items: [item, ...group.slice(index + 1)], error };',
    replace: 'return { items: [item], error };',
  },
  {
    name: 'returns the whole batch',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: 'return halted.flatMap((group) => group.items.map(({ message }) => message));',
    replace: 'return halted.length > 0 ? messages : [];',
    test: 'test/inbound/processor/process-batch.test.ts',
  },
  {
    name: 'goes on with a group after a failure',
    file: 'lambda/shared/queue/group-order.ts',
    find: 'return { items: [item, ...group.slice(index + 1)], error };',
    replace:
      'const later = await runInOrder(group.slice(index + 1), run); return { items: [item, ...(later?.items ?? [])], error };',
  },
  {
    name: 'runs the messages of a group side by side',
    file: 'lambda/shared/queue/group-order.ts',
    find: 'Map.groupBy(items, groupOf).values()',
    replace: 'items.map((item) => [item])',
  },
  {
    name: 'dead-letters in an outage',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: "if (error instanceof PermanentError) return 'malformed';\n  throw error;",
    replace: "return error instanceof PermanentError ? 'malformed' : 'refused-by-table';",
  },
  {
    name: 'drops what is no event without a dead letter',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: "return deadLetter(message, 'malformed', { detail: reading.detail }, signal, deps);",
    replace: 'return undefined;',
    test: 'test/inbound/processor/process-batch.test.ts',
  },
  {
    name: 'replays under the old deduplication id',
    file: 'test/faults/operator.ts',
    find: 'const deduplicationId = `again-${this.#sent}`;',
    replace: 'const { deduplicationId } = message;',
  },
  {
    name: 'ignores the schema version',
    file: 'lambda/shared/queue/body.ts',
    find: "if (typeof version === 'number' && version > newest) return",
    replace: "if (typeof version === 'number' && version > newest + 1) return",
  },
  {
    name: 'takes an envelope of a newer version for malformed',
    file: 'lambda/inbound/processor/process-batch.ts',
    find: "if (reading.reason === 'newer') throw retryable('newer-version');",
    replace: '',
  },
  {
    name: 'checks the signature over the parsed body',
    file: 'lambda/inbound/ingest/accept-by-provider.ts',
    find: 'checkSignature(request.rawBody, signature, appSecrets),',
    replace:
      'checkSignature(Buffer.from(JSON.stringify(JSON.parse(request.rawBody.toString()))), signature, appSecrets),',
  },
  {
    name: 'checks the signature over the body with its ends trimmed',
    file: 'lambda/inbound/ingest/accept-by-provider.ts',
    find: 'checkSignature(request.rawBody, signature, appSecrets),',
    replace:
      'checkSignature(Buffer.from(request.rawBody.toString().trim()), signature, appSecrets),',
  },
  {
    name: 'accepts any path token',
    file: 'lambda/inbound/ingest/accept-by-provider.ts',
    find: 'const known = sessions.find((session) => equalInConstantTime(token, session.token));',
    replace: 'const known = sessions.find((session) => equalInConstantTime(token, token));',
  },
  {
    name: 'never looks for a newer secret',
    file: 'lambda/inbound/ingest/check-against.ts',
    find: 'return newer === undefined ? known : check(newer);',
    replace: 'return newer === undefined ? known : known;',
    test: 'test/inbound/ingest/accept-meta-webhook.test.ts',
  },
  {
    name: 'takes a base64 body for text',
    file: 'lambda/answers/api-gateway.ts',
    find: "event.isBase64Encoded ? 'base64' : 'utf8'",
    replace: "'utf8'",
  },
  {
    name: 'tries again at once for as long as an outage lasts',
    file: 'lambda/shared/queue/backoff.ts',
    find: 'return Math.round((ceiling / 2) * (1 + random));',
    replace: 'return Math.round(0 * ceiling * random);',
  },
  {
    name: 'sends a dead letter back under an id that others of its group have',
    file: 'bin/floodgate/dlq/place-in-order.ts',
    find: "digest(['redrive', id, sequenceNumber])",
    replace: "digest(['redrive', group])",
    test: 'test/bin/dlq.test.ts',
  },
  {
    name: 'answers while lanes are still under way',
    file: 'lambda/inbound/ingest/enqueue-events.ts',
    find: `const lanes = await Promise.allSettled(
    planLanes(messages).map((batches) => sendInOrder(batches, deadline, deps)),
  );
  const failure = lanes.find((lane) => lane.status === 'rejected');
  if (failure !== undefined) throw failure.reason;`,
    replace: `await Promise.all(
    planLanes(messages).map((batches) => sendInOrder(batches, deadline, deps)),
  );`,
    test: 'test/inbound/ingest/enqueue-events.test.ts',
  },
  {
    name: 'leaves the queue no time where splitting took it all',
    file: 'lambda/inbound/ingest/accept-webhook.ts',
    find: 'Math.max(allowedMs - elapsedMs(), QUEUE_MS)',
    replace: 'allowedMs - elapsedMs()',
    test: 'test/inbound/ingest/accept-meta-webhook.test.ts',
  },
  {
    name: 'deletes a dead letter before its copy is confirmed',
    file: 'bin/floodgate/dlq/redrive.ts',
    find: 'await queue.sendBack(letter);\n    await queue.remove(letter);',
    replace: 'await queue.remove(letter);\n    await queue.sendBack(letter);',
    test: 'test/bin/redrive.test.ts',
  },
];
