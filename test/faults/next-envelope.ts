import * as current from '../../lambda/events/envelope.ts';

/** What a later release may put on the queue: one version on, in a form that this one cannot read. */
export const NEXT_VERSION = current.ENVELOPE_VERSION + 1;

export function writeEnvelope(event: current.QueuedEvent): string {
  return `{"v":${NEXT_VERSION},"next":${current.writeEnvelope(event)}}`;
}

export function readEnvelope(body: string): current.EnvelopeReading {
  return current.readEnvelope(currentForm(body));
}

/** The envelope as this release writes it, whichever release wrote it. */
export function currentForm(body: string): string {
  let json: { v?: unknown; next?: unknown } | null;
  try {
    json = JSON.parse(body);
  } catch {
    return body;
  }
  return json?.v === NEXT_VERSION ? JSON.stringify(json.next) : body;
}
