import { campaignRows } from '../../campaigns/campaign-rows-table.ts';
import { isLeftOut, optOutReader } from '../../campaigns/opt-outs-table.ts';
import type { PartLine } from '../../campaigns/part.ts';
import { stepRows, stepsUpTo } from '../../campaigns/recipient-rows.ts';
import type { TriggeredEnd } from '../../campaigns/triggered.ts';
import { triggeredTable } from '../../campaigns/triggered-table.ts';
import type { CallAws } from '../../shared/aws/json-protocol.ts';
import type { TriggerSource } from '../pulling/trigger-queue.ts';

export interface TriggerServices {
  readonly dynamodb: CallAws;
  readonly tableName: string;
  /** When a channel's rows of now expire, in seconds since 1970. */
  readonly expiresAt: (channel: string) => number;
  readonly now: () => number;
}

interface Place {
  readonly campaign: string;
  readonly channel: string;
  readonly track: number;
}

/** What a lane needs of who was put into triggered campaigns. */
export function triggerSources({ dynamodb, tableName, expiresAt, now }: TriggerServices) {
  const table = triggeredTable(dynamodb, tableName, now);
  const optOuts = optOutReader(dynamodb, tableName);
  const { byKeys } = campaignRows(dynamodb, tableName);
  return ({ campaign: id, channel, track }: Place, signal: AbortSignal): TriggerSource => ({
    due: (limit) => table.due(id, track, limit, signal),
    readAll: (names) => table.readAll(id, names, signal),
    leftOut: async ({ tenant, check }, people) => {
      const { category = 'marketing' } = check ?? {};
      const names = people.map(({ who }) => who.line.to.name);
      const found = await optOuts.leftOut(tenant, names, signal, { isConsistent: false });
      const ends = people.flatMap(({ name, who }): readonly (readonly [string, TriggeredEnd])[] => {
        const left = found.get(who.line.to.name);
        if (!isLeftOut(left, { category, checkedAt: who.createdAt })) return [];
        return [[name, left?.optedOutAt === undefined ? 'forgotten' : 'opted_out']];
      });
      return new Map(ends);
    },
    messages: async (campaign, people) => {
      const steps = stepsUpTo(Math.max(...people.map(({ step }) => step)));
      const lines = people.map(({ line }) => line);
      const rows = await stepRows(lines, { campaign, track, steps }, byKeys, signal);
      return people.map(({ step }, at) => (rows[at] ?? []).slice(0, step + 1));
    },
    move: (name, before, after) =>
      table.move(id, name, { before, after, expiresAt: expiresAt(channel) }, signal),
    putDue: (due) => table.putDue(id, track, due, expiresAt(channel), signal),
    removeDue: (due) => table.removeDue(id, track, due, signal),
  });
}

/** What is said to somebody who was put into a triggered campaign; undefined where they were forgotten, or taken out. */
export function triggerReader({ dynamodb, tableName, now }: TriggerServices) {
  const { read } = triggeredTable(dynamodb, tableName, now);
  return async (
    campaign: string,
    name: string,
    signal: AbortSignal,
  ): Promise<PartLine | undefined> => {
    const found = await read(campaign, name, signal);
    if (found === undefined || found === 'forgotten') return undefined;
    return found.ended === 'removed' ? undefined : found.line;
  };
}
