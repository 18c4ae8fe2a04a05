import { type QueuedEvent, readEnvelope, writeEnvelope } from '../../../lambda/events/envelope.ts';
import type { WebhookEvent } from '../../../lambda/events/event.ts';
import { isOversized, parkedEvent } from '../../../lambda/events/oversized.ts';
import { splitMetaWebhook } from '../../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../../lambda/providers/wasender/webhook.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { parseJsonSource } from '../../../lambda/shared/json/json-source.ts';
import { eventTable } from '../../../lambda/table/event-table.ts';
import { awsAnswer } from '../aws-answer.ts';
import type { Buckets } from '../buckets.ts';
import type { SimulatedTable } from '../table.ts';
import { SESSION, type Update } from '../update-parts.ts';
import { metaBody, wasenderBody } from '../updates.ts';

/** A table that always answers, at once. */
export function tableCalls(table: SimulatedTable): CallAws {
  return async (operation, input) => awsAnswer('dynamodb', table.act(operation, input));
}

/** Stores updates as ingest and the processor do where nothing fails, which other weeks are about. */
export function updateStorer(table: SimulatedTable, buckets: Buckets, now: () => number) {
  const store = eventTable(tableCalls(table), { tableName: 'events', retentionDays: 8, now });
  const never = new AbortController().signal;
  let sequence = 0;

  function queued(event: WebhookEvent): QueuedEvent {
    if (!isOversized(event)) return event;
    const parked = parkedEvent(event);
    buckets.objects.set(`overflow/${parked.payloadKey}`, Buffer.from(event.payload));
    return parked;
  }

  return async (update: Update): Promise<void> => {
    for (const event of eventsOf(update, now())) {
      const reading = readEnvelope(writeEnvelope(queued(event)));
      if (!reading.ok) throw new Error(reading.reason);
      sequence += 1;
      await store(reading.event, String(sequence).padStart(20, '0'), never);
    }
  };
}

function eventsOf(update: Update, now: number): readonly WebhookEvent[] {
  const split =
    update.provider === 'meta'
      ? splitMetaWebhook(parseJsonSource(metaBody([update])), now)
      : splitWasenderWebhook(parseJsonSource(wasenderBody([update], now)), SESSION, now);
  if (!split.ok) throw new Error(split.reason);
  return split.events;
}
