import type { Campaign } from '../../../lambda/campaigns/campaign.ts';
import type { CampaignMark } from '../../../lambda/campaigns/campaign-mark.ts';
import type { StoredCampaign } from '../../../lambda/campaigns/campaign-table.ts';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { type PartLine, roundName, writePartLine } from '../../../lambda/campaigns/part.ts';
import type { Brake } from '../../../lambda/sending/pulling/budget.ts';
import { Feed, type FeedDeps } from '../../../lambda/sending/pulling/feed.ts';
import { cursorSortKey } from '../../../lambda/table/keys.ts';
import type { WorldClock } from '../lane-world.ts';

export const CAMPAIGN_ID = `cmp_${'a'.repeat(22)}`;
const START_MS = 1_800_000_000_000;

export function aCampaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    ...{ id: CAMPAIGN_ID, name: 'Spring', channel: '123', tenant: 'default', provider: 'meta' },
    variants: [{ template: 'spring_sale', language: 'es_MX', share: 1 }],
    ...{ steps: [], map: {}, timeZone: 'UTC', weight: 1, lifeMs: 3_600_000 },
    stopAbove: { failed: 1, blocked: 1 },
    check: {
      ...{ id: 'check', at: START_MS, etag: 'etag', category: 'marketing', tracks: 1 },
      ...{ recipients: 0, refused: 0, cost: { micros: 0, currency: 'USD' }, dearestMicros: 40_000 },
    },
    ...{ state: 'running', changes: [], createdAt: START_MS, updatedAt: START_MS },
    ...overrides,
  };
}

export function aLine(row: number, overrides: Partial<PartLine> = {}): PartLine {
  return {
    ...{ row, to: { kind: 'phone', name: `52155${String(row).padStart(8, '0')}` } },
    ...{ variant: 0, components: [[]], micros: 40_000, country: 'MX' },
    ...overrides,
  };
}

interface Part {
  readonly zone?: string;
  readonly track?: number;
  readonly timeZones?: readonly string[];
  readonly round?: number;
  readonly notBefore?: number;
  readonly lines: readonly PartLine[];
}

/** What a campaign has in the table and the bucket, as a lane reads and writes it. */
export function campaignWorld(parts: readonly Part[], campaign: Partial<Campaign> = {}) {
  const texts = new Map<string, Buffer>();
  const cursors = new Map<string, Cursor>();
  const put = ({ zone = 'all', track = 0, timeZones = [], lines, ...rest }: Part) => {
    const text = Buffer.from(lines.map((line) => `${writePartLine(line)}\n`).join(''));
    texts.set(`${roundName('check', rest.round)} ${zone} ${track}`, text);
    cursors.set(cursorSortKey(track, zone, rest.round), {
      ...{ zone, track, timeZones, lines: lines.length, bytes: text.length, ...rest },
      ...{ done: 0, offset: 0, hours: {}, passed: {}, isOver: false, movedAt: 0 },
    });
  };
  for (const part of parts) put(part);
  const world = {
    put,
    stored: { campaign: aCampaign(campaign), revision: 1 } as StoredCampaign,
    marks: [{ id: CAMPAIGN_ID, start: 1, dueAt: 0 }] as readonly CampaignMark[],
    cursors,
    texts,
    campaignReads: 0,
    cursorWrites: 0,
    reads: 0,
    left: new Map<string, string>(),
    unmet: new Map<string, string>(),
    begun: [] as number[],
    brake: { left: Number.POSITIVE_INFINITY } as Brake,
    stopped: [] as string[],
    set: (change: Partial<Campaign>) => {
      const { campaign: before, revision } = world.stored;
      world.stored = { campaign: { ...before, ...change }, revision: revision + 1 };
    },
    openFeed: (
      id: string,
      { now, sleep }: WorldClock,
      lane = 0,
      lanes = 1,
      others: Partial<FeedDeps> = {},
    ): Feed => {
      const deps: FeedDeps = {
        now,
        readCampaign: async () => {
          await sleep(3);
          world.campaignReads += 1;
          return world.stored;
        },
        updateCampaign: async (before, next) => {
          await sleep(3);
          if (before.revision !== world.stored.revision) return false;
          world.stored = { campaign: next, revision: before.revision + 1 };
          return true;
        },
        readCursors: async (track) => {
          await sleep(3);
          return [...cursors.values()].filter((one) => track === undefined || one.track === track);
        },
        writeCursor: async (cursor) => {
          await sleep(3);
          world.cursorWrites += 1;
          cursors.set(cursorSortKey(cursor.track, cursor.zone, cursor.round), cursor);
        },
        readPart: async ({ check, zone, track }, offset, bytes) => {
          await sleep(20);
          world.reads += 1;
          const text = texts.get(`${check} ${zone} ${track}`) ?? Buffer.alloc(0);
          return text.subarray(offset, offset + bytes);
        },
        excluded: async (_, names) => {
          await sleep(5);
          return new Map([...world.left].filter(([name]) => names.includes(name)));
        },
        unmet: async (_, __, asked) => {
          await sleep(5);
          return new Map(
            asked.flatMap((line) => {
              const end = world.unmet.get(line.to.name);
              return end === undefined ? [] : [[line, end] as const];
            }),
          );
        },
        triggered: () => {
          throw new Error('it has a file');
        },
        beginStep: async (step) => void world.begun.push(step),
        brake: async () => world.brake,
        room: async () => ({ left: Number.POSITIVE_INFINITY, moreAt: 0 }),
        putMark: async (mark) => {
          world.marks = [...world.marks, mark];
        },
        removeMark: async (mark) => {
          world.marks = world.marks.filter((one) => one !== mark);
        },
        stopped: (_, because) => void world.stopped.push(because),
        ...others,
      };
      return new Feed(id, () => ({ channel: '123', lane, lanes }), deps);
    },
  };
  return world;
}
