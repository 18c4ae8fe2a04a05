import { campaignTable } from '../lambda/campaigns/campaign-table.ts';
import { cursorTable } from '../lambda/campaigns/cursor-table.ts';
import { marksTable } from '../lambda/campaigns/marks-table.ts';
import { writePartLine } from '../lambda/campaigns/part.ts';
import { channelWriter } from '../lambda/channels/channel-table.ts';
import { wakeLane } from '../lambda/sending/sqs-wakes.ts';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import { aCampaign, aCursor, aPartLine } from '../test/support/a-campaign.ts';
import type { AwsCall } from './aws-stub.ts';
import type { Laboratory } from './laboratory.ts';
import { phoneOf, rowsPut, SENDING, wakeEvent } from './outgoing.ts';
import { leftSchema } from './processes.ts';

/** One slice of a lane, in the midst of a campaign. */
export interface CampaignSlice {
  /** Rows that the table has before. */
  readonly stored: readonly object[];
  readonly calls: readonly AwsCall[];
  readonly logLines: readonly string[];
  readonly bytesOut: number;
  /** Of the first recipient, from 0 on. */
  readonly first: number;
  /** When it began, in ms since 1970. */
  readonly at: number;
  /** How long it took, with the start of the function's process. */
  readonly ms: number;
}

/** Has the deployed sender work at a campaign of so many people, of whom half had their turn. */
export async function sliceOf(
  { tlsStub, outside, call }: Laboratory,
  people: number,
): Promise<CampaignSlice> {
  const { rows, wake } = await underWay(people);
  tlsStub.keepRows(rows);
  tlsStub.keepObject((offset, bytes) => partBytes(people, offset, bytes));
  outside.takeBytes();
  const at = Date.now();
  const { calls, logLines } = await call('sender', [wake], leftSchema);
  const ms = Date.now() - at;
  const first = Math.floor(people / 2);
  return { stored: rows, calls, logLines, bytesOut: outside.takeBytes(), first, at, ms };
}

const EXPIRES_SECONDS = 86_400;

/** What the table has of a campaign under way, and the wake of its lane. */
async function underWay(people: number) {
  const calls: { readonly action: string; readonly body: string }[] = [];
  const aws: CallAws = async (action, input) => {
    calls.push({ action, body: JSON.stringify(input) });
    return {};
  };
  const { signal } = new AbortController();
  const now = Date.now();
  const expiresAt = () => Math.floor(now / 1000) + EXPIRES_SECONDS;
  const campaign = aCampaign({ channel: SENDING.id, budget: { micros: 1e15, currency: 'USD' } });
  const half = Math.floor(people / 2);
  const lane = { channel: SENDING.id, lane: 0 };
  const sizes = { lines: people, bytes: people * LINE_BYTES };
  const cursor = aCursor({ ...sizes, done: half, offset: half * LINE_BYTES });
  await channelWriter(aws, TABLE).add(SENDING, signal);
  await campaignTable(aws, TABLE).add(campaign, signal);
  await cursorTable(aws, TABLE).write(campaign.id, cursor, expiresAt(), signal);
  const mark = { id: campaign.id, start: 1, dueAt: now };
  await marksTable(aws, { tableName: TABLE, expiresAt }).put(lane, mark, signal);
  await wakeLane(aws, 'https://sqs/outbox.fifo', () => now)(lane, signal);
  return { rows: rowsPut(calls), wake: wakeEvent(calls) };
}

const TABLE = 'events';

/** As of a template with an image, a name and a link. A character is a byte. */
const COMPONENTS = [
  [
    {
      type: 'header',
      parameters: [{ type: 'image', image: { link: 'https://cdn.example/flowers/tulips.jpg' } }],
    },
    { type: 'body', parameters: [{ type: 'text', text: 'Ana Maria' }] },
    {
      ...{ type: 'button', sub_type: 'url', index: '0' },
      parameters: [{ type: 'text', text: 'offer/1' }],
    },
  ],
];

const LINE_BYTES = 400;

/** Each line is as long, so that any place of any part can be read. */
function lineAt(index: number): string {
  const to = { kind: 'phone', name: phoneOf(index) } as const;
  const line = writePartLine(aPartLine(index + 1, { to, components: COMPONENTS }));
  return `${line.slice(0, -1).padEnd(LINE_BYTES - 2)}}\n`;
}

/** A range of the part of so many people. */
export function partBytes(people: number, offset: number, bytes: number): string {
  const first = Math.floor(offset / LINE_BYTES);
  const last = Math.min(people, Math.ceil((offset + bytes) / LINE_BYTES));
  const lines = Array.from({ length: last - first }, (_, n) => lineAt(first + n)).join('');
  return lines.slice(offset - first * LINE_BYTES, offset - first * LINE_BYTES + bytes);
}
