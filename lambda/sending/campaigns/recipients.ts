import { type Answered, refusal } from '../../answers/json-answer.ts';
import type { Campaign } from '../../campaigns/campaign.ts';
import type { StoredCampaign } from '../../campaigns/campaign-table.ts';
import { MOST_TRIGGERED, type Triggered, triggeredName } from '../../campaigns/triggered.ts';
import type { TriggeredTable } from '../../campaigns/triggered-table.ts';
import { lanesOf, trackOf } from '../../channels/channel.ts';
import { campaignMessageId } from '../../events/outgoing-id.ts';
import { hashOfJson } from '../canonical-json.ts';
import { unknownCampaign } from './edit-campaign.ts';
import { type JudgeDeps, type Judged, judgeRecipient } from './judge-recipient.ts';
import type { ManageDeps } from './manage.ts';
import type { RecipientAnswer, RecipientInput } from './schemas.ts';

export interface RecipientsDeps
  extends JudgeDeps,
    Pick<ManageDeps, 'campaigns' | 'channel' | 'marks' | 'wake' | 'expiresAt'> {
  readonly triggered: TriggeredTable;
}

/** Of those who come within a minute a lane is told once. */
const MARK_MS = 60_000;

/**
 * Puts somebody into a triggered campaign. Answers 202 only once they are stored, are due, and their lane knows:
 * whatever failed before, the same request with the same key mends.
 */
export async function addRecipient(
  id: string,
  input: RecipientInput,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const found = await readTriggeredCampaign(id, deps, signal);
  if (!found.ok) return found.answer;
  const { stored } = found;
  const bodyHash = hashOfJson(input) ?? '';
  const name = triggeredName(id, input.key);
  // What was taken once is so, whatever has changed since.
  const known = await again(stored, name, bodyHash, deps, signal);
  if (known !== undefined) return known;
  const judged = await judgeRecipient(stored.campaign, input, deps, signal);
  if (!judged.ok) return judged.answer;
  const added = await add(stored.campaign, name, { ...judged, bodyHash }, deps, signal);
  if (added !== undefined) return await taken(stored, name, added, deps, signal);
  // Somebody else was faster.
  const others = await again(stored, name, bodyHash, deps, signal);
  return others ?? refusal('conflict', 'the key is being used by others: try again');
}

const FORGOTTEN = 'the key is that of somebody who was forgotten: use another one';

/** How far somebody is. */
export async function showRecipient(
  id: string,
  key: string,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const found = await readTriggeredCampaign(id, deps, signal);
  if (!found.ok) return found.answer;
  const known = await deps.triggered.read(id, triggeredName(id, key), signal);
  if (known === undefined || known === 'forgotten') return unknownKey(id);
  return { status: 200, body: recipientAnswer(id, known) };
}

/** Takes somebody out. Whom a lane has in hand may get one message more, within two seconds. */
export async function removeRecipient(
  id: string,
  key: string,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const found = await readTriggeredCampaign(id, deps, signal);
  if (!found.ok) return found.answer;
  const { channel } = found.stored.campaign;
  const name = triggeredName(id, key);
  for (;;) {
    signal.throwIfAborted();
    const known = await deps.triggered.read(id, name, signal);
    if (known === undefined || known === 'forgotten') return unknownKey(id);
    // The last message of who had all may still be tried again.
    const isOver = known.ended !== undefined && known.ended !== 'through';
    if (isOver) return { status: 200, body: recipientAnswer(id, known) };
    const after = { step: known.step, dueAt: known.dueAt, ended: 'removed' } as const;
    const change = { before: known, after, expiresAt: deps.expiresAt(channel) };
    // Their lane may have brought them further in the meantime.
    await deps.triggered.move(id, name, change, signal);
  }
}

type FoundCampaign =
  | { readonly ok: true; readonly stored: StoredCampaign }
  | { readonly ok: false; readonly answer: Answered };

async function readTriggeredCampaign(
  id: string,
  { campaigns }: RecipientsDeps,
  signal: AbortSignal,
): Promise<FoundCampaign> {
  const stored = await campaigns.get(id, signal);
  if (stored === undefined) return { ok: false, answer: unknownCampaign(id) };
  if (stored.campaign.isTriggered) return { ok: true, stored };
  const answer = refusal(
    'conflict',
    `campaign ${id} has a file: only a triggered one takes people`,
  );
  return { ok: false, answer };
}

function unknownKey(id: string): Answered {
  return refusal('not_found', `there is nobody of that key in campaign ${id}`);
}

/** The same key once more: it may be what a try before left undone. Undefined where nobody used it. */
async function again(
  stored: StoredCampaign,
  name: string,
  bodyHash: string,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<Answered | undefined> {
  const known = await deps.triggered.read(stored.campaign.id, name, signal);
  if (known === undefined) return undefined;
  if (known === 'forgotten') return refusal('conflict', FORGOTTEN);
  if (known.bodyHash !== bodyHash) {
    return refusal('conflict', 'the key is that of another request');
  }
  return await taken(stored, name, known, deps, signal);
}

async function taken(
  stored: StoredCampaign,
  name: string,
  who: Triggered,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<Answered> {
  if (who.ended === undefined) await letWait(stored, name, who, deps, signal);
  return { status: 202, body: recipientAnswer(stored.campaign.id, who) };
}

/** First that they are due, then the mark: a lane that removes one looks who is due after that. */
async function letWait(
  { campaign, revision }: StoredCampaign,
  name: string,
  { track, dueAt }: Triggered,
  deps: RecipientsDeps,
  signal: AbortSignal,
): Promise<void> {
  const { id, channel } = campaign;
  await deps.triggered.putDue(id, track, { name, dueAt }, deps.expiresAt(channel), signal);
  const found = await deps.channel(channel, signal);
  // Whoever resumes it has its lanes know.
  if (found === undefined || campaign.state !== 'running') return;
  const lane = { channel, lane: track % lanesOf(found.channel) };
  const markAt = dueAt - (dueAt % MARK_MS);
  await deps.marks.put(lane, { id, start: revision, dueAt: markAt }, signal);
  if (dueAt <= deps.now()) await deps.wake(lane, signal);
}

/** Undefined where somebody else used the key at the same moment. */
async function add(
  { id, channel, check }: Campaign,
  name: string,
  {
    line,
    dueAt,
    key,
    bodyHash,
  }: Extract<Judged, { readonly ok: true }> & { readonly bodyHash: string },
  { triggered, now, expiresAt }: RecipientsDeps,
  signal: AbortSignal,
): Promise<Triggered | undefined> {
  const row = await triggered.nextRow(id, signal);
  if (row > MOST_TRIGGERED) throw new Error(`campaign ${id} has given all its numbers`);
  const who: Triggered = {
    ...{ key, bodyHash, track: trackOf(line.to.name, check?.tracks ?? 1) },
    ...{ line: { ...line, row }, createdAt: now(), step: 0, dueAt },
  };
  return (await triggered.add(id, name, who, expiresAt(channel), signal)) ? who : undefined;
}

function recipientAnswer(
  campaign: string,
  { key, track, line, createdAt, step, dueAt, ended }: Triggered,
): RecipientAnswer {
  const { row, to, components } = line;
  const begun = Array.from({ length: Math.min(step, components.length) }, (_, at) => at);
  return {
    ...{ key, to: to.name, state: ended === undefined ? 'waiting' : 'ended' },
    ...{ because: ended ?? null, step },
    dueAt: ended === undefined ? new Date(dueAt).toISOString() : null,
    messages: begun.map((one) => campaignMessageId({ campaign, track, row, step: one })),
    createdAt: new Date(createdAt).toISOString(),
  };
}
