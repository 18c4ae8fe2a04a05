import { type Campaign, hasBegun } from '../../campaigns/campaign.ts';
import { campaignRows } from '../../campaigns/campaign-rows-table.ts';
import { campaignTable } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { cursorTable } from '../../campaigns/cursor-table.ts';
import { readCampaignFigures } from '../../campaigns/figures-table.ts';
import { marksTable } from '../../campaigns/marks-table.ts';
import { isLeftOut, optOutReader } from '../../campaigns/opt-outs-table.ts';
import { type PartLine, partKey, readPartLine } from '../../campaigns/part.ts';
import { isPartGone } from '../../campaigns/part-lines.ts';
import { stepRows, stepsUpTo } from '../../campaigns/recipient-rows.ts';
import { stepEnd } from '../../campaigns/steps.ts';
import { allCursors, outlivesCampaign } from '../../campaigns/triggered.ts';
import type { Channel } from '../../channels/channel.ts';
import { lanesOf } from '../../channels/channel.ts';
import type { ChannelReader } from '../../channels/channel-table.ts';
import { type CampaignMessage, readCampaignMessageId } from '../../events/outgoing-id.ts';
import type { ReadRange } from '../../shared/aws/s3-range.ts';
import { sideBySide } from '../../shared/queue/side-by-side.ts';
import type { CampaignRecipient } from '../../table/campaign-recipient.ts';
import type { OutgoingMessage } from '../../table/outgoing-message.ts';
import type { LaneRow } from '../choice.ts';
import type { MessageKey } from '../outbox-table.ts';
import { brakeOf, CURSORS_MS, isBudgetFar, type Standing } from '../pulling/budget.ts';
import { Feed, type FeedDeps, messageOf } from '../pulling/feed.ts';
import { roomOf } from '../pulling/portfolio.ts';
import type { RequestStep } from '../sqs-checks.ts';
import { type TriggerServices, triggerReader, triggerSources } from './trigger-services.ts';
import type { WorkDeps } from './work-lane.ts';

export interface CampaignServices extends TriggerServices {
  readonly channels: Pick<ChannelReader, 'list'>;
  readonly readRange: ReadRange;
  readonly requestStep: RequestStep;
  readonly stopped: (campaign: string, because: string) => void;
}

const AT_ONCE = 10;

/** What lanes need of campaigns. */
export function campaignServices(services: CampaignServices) {
  return { openFeed: feedOpener(services), readFromPart: partReader(services) };
}

function feedOpener(services: CampaignServices): WorkDeps['openFeed'] {
  const { dynamodb, tableName, readRange, expiresAt, now, stopped, requestStep } = services;
  const campaigns = campaignTable(dynamodb, tableName);
  const cursors = cursorTable(dynamodb, tableName);
  const marks = marksTable(dynamodb, { tableName, expiresAt });
  const optOuts = optOutReader(dynamodb, tableName);
  const room = roomReader(services);
  const unmet = unmetReader(services);
  const triggered = triggerSources(services);
  return (id, lane, channel, signal) => {
    const place = () => ({ ...lane, lanes: lanesOf(channel()) });
    let known: Campaign | undefined;
    const standing = standingReader(services, id, channel, signal);
    const deps: FeedDeps = {
      ...{ now, stopped },
      readCampaign: async () => {
        const stored = await campaigns.get(id, signal);
        known = stored?.campaign;
        return stored;
      },
      updateCampaign: (before, campaign) => campaigns.update(before, campaign, signal),
      readCursors: async (track) => {
        const found = await cursors.read(id, track, signal);
        return known === undefined ? found : allCursors(known, found, track);
      },
      writeCursor: (cursor) => {
        // Of a triggered one it tells what it has begun, as long as the campaign is there.
        const end = known?.isTriggered ? outlivesCampaign(now()) : expiresAt(lane.channel);
        return cursors.write(id, cursor, end, signal);
      },
      readPart: ({ check, zone, track }, offset, bytes) =>
        readRange(partKey(id, check, zone, track), offset, bytes, signal),
      excluded: async (tenant, names) => {
        const { category = 'marketing', at: checkedAt = 0 } = known?.check ?? {};
        const found = await optOuts.leftOut(tenant, names, signal, { isConsistent: false });
        const left = [...found].filter(([, why]) => isLeftOut(why, { category, checkedAt }));
        return new Map(
          left.map(([name, { optedOutAt }]) => [
            name,
            optedOutAt === undefined ? 'forgotten' : 'opted_out',
          ]),
        );
      },
      unmet: (campaign, track, lines) => unmet(campaign, track, lines, signal),
      triggered: (track) => triggered({ campaign: id, channel: lane.channel, track }, signal),
      beginStep: (step) => requestStep(id, step, signal),
      brake: async (campaign, ahead, own) =>
        brakeOf(campaign, await standing(campaign, { ahead, own })),
      room: (campaign) => room(campaign, channel(), signal),
      putMark: (mark) => marks.put(lane, mark, signal),
      removeMark: (mark) => marks.remove(lane, mark, signal),
    };
    return new Feed(id, place, deps);
  };
}

/**
 * What a campaign has come to, as one slice of a lane asks each second. A large campaign has a thousand cursors: where
 * its budget is far, those of some seconds ago will do.
 */
function standingReader(
  { dynamodb, tableName, now }: CampaignServices,
  id: string,
  channel: () => Channel,
  signal: AbortSignal,
) {
  const table = cursorTable(dynamodb, tableName);
  let kept: { readonly at: number; readonly cursors: readonly Cursor[] } | undefined;

  async function readCursors(): Promise<readonly Cursor[]> {
    const at = now();
    const cursors = await table.read(id, undefined, signal);
    kept = { at, cursors };
    return cursors;
  }

  return async (campaign: Campaign, lane: Pick<Standing, 'ahead' | 'own'>): Promise<Standing> => {
    const known = kept !== undefined && now() < kept.at + CURSORS_MS ? kept.cursors : undefined;
    const [figures, cursors] = await Promise.all([
      readCampaignFigures(dynamodb, tableName, id, signal),
      campaign.budget === undefined ? [] : (known ?? readCursors()),
    ]);
    const by = (all: readonly Cursor[]): Standing => {
      const begun = allCursors(campaign, all).filter((cursor) => hasBegun(campaign, cursor));
      return { ...figures, cursors: begun, ...lane };
    };
    const isEnough =
      cursors !== known || isBudgetFar(campaign, by(cursors), channel().messagesPerSecond);
    return by(isEnough ? cursors : await readCursors());
  };
}

/** Of all numbers of the portfolio, where the channel says which it is of. */
function roomReader({ dynamodb, tableName, channels, now }: CampaignServices) {
  const campaigns = campaignTable(dynamodb, tableName);
  const cursors = cursorTable(dynamodb, tableName);
  return async (campaign: Campaign, channel: Channel, signal: AbortSignal) => {
    if (campaign.portfolioLimit === undefined) return roomOf(campaign, [], now());
    const [listed, all] = await Promise.all([channels.list(signal), campaigns.list(signal)]);
    const { portfolioId } = channel;
    const numbers = listed.channels
      .filter((one) => portfolioId !== undefined && one.channel.portfolioId === portfolioId)
      .map(({ id }) => id);
    const checked = all.campaigns
      .map((stored) => stored.campaign)
      .filter((one) => one.channel === channel.id || numbers.includes(one.channel))
      .filter(({ check }) => check !== undefined);
    const ids = checked.map(({ id }) => id);
    const sharers = checked.filter(({ state }) => state === 'running').length;
    const found: Cursor[] = [];
    await sideBySide(ids, AT_ONCE, async (id) => {
      found.push(...(await cursors.read(id, undefined, signal)));
    });
    return roomOf(campaign, found, now(), Math.max(1, sharers));
  };
}

/** By what the messages before have come to, now. */
function unmetReader({ dynamodb, tableName }: CampaignServices) {
  const { byKeys } = campaignRows(dynamodb, tableName);
  return async (
    campaign: Campaign,
    track: number,
    lines: readonly PartLine[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<PartLine, string>> => {
    const steps = stepsUpTo(Math.max(...lines.map(({ step = 0 }) => step)) - 1);
    const rows = await stepRows(lines, { campaign, track, steps }, byKeys, signal);
    const ends = lines.flatMap((line, at) => {
      const { step = 0 } = line;
      const condition = campaign.steps[step - 1];
      const end = condition && stepEnd(condition, (rows[at] ?? []).slice(0, step));
      return end === undefined ? [] : [[line, end] as const];
    });
    return new Map(ends);
  };
}

/** What waits is not drawn any more: who opted out meanwhile is found here. */
function partReader(services: CampaignServices) {
  const { dynamodb, tableName, readRange } = services;
  const triggered = triggerReader(services);
  const optOuts = optOutReader(dynamodb, tableName);

  async function isOptedOut(
    tenant: string,
    name: string,
    category: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (category !== 'marketing') return false;
    const found = await optOuts.leftOut(tenant, [name], signal);
    return found.get(name)?.optedOutAt !== undefined;
  }

  /** Undefined where its recipient was forgotten, or the part is gone. */
  async function readLine(
    { campaign, track }: CampaignMessage,
    { check, zone, offset, bytes, trigger }: CampaignRecipient,
    signal: AbortSignal,
  ): Promise<PartLine | undefined> {
    if (trigger !== undefined) return await triggered(campaign, trigger, signal);
    const key = partKey(campaign, check, zone, track);
    try {
      return readPartLine((await readRange(key, offset, bytes, signal)).toString('utf8'));
    } catch (error) {
      // Else it would hold up all that waits in its lane.
      if (isPartGone(error)) return undefined;
      throw error;
    }
  }

  return async (
    { channel, id }: MessageKey,
    row: LaneRow,
    tenant: string,
    signal: AbortSignal,
  ): Promise<OutgoingMessage | undefined> => {
    const { recipient, to, provider = 'meta' } = row;
    const part = readCampaignMessageId(id);
    if (part === undefined || recipient === undefined) return undefined;
    if (await isOptedOut(tenant, to.name, recipient.category, signal)) return undefined;
    const line = await readLine(part, recipient, signal);
    if (line === undefined) return undefined;
    const components = line.components[part.step] ?? [];
    return messageOf({ id, channel, provider, to, recipient }, components, row.dueAt);
  };
}
