import type { Campaign } from '../../campaigns/campaign.ts';
import { ALL_ZONES, type PartLine, writePartLine } from '../../campaigns/part.ts';
import { checkRows } from '../../campaigns/recipients/check-rows.ts';
import type { NameSet } from '../../campaigns/recipients/number-set.ts';
import {
  REFUSALS_HEADER,
  type Refusal,
  type RefusalReason,
  refusalLine,
} from '../../campaigns/recipients/refusal.ts';
import type { RowRules } from '../../campaigns/recipients/row-check.ts';
import type { RecipientRows } from '../../campaigns/recipients/rows.ts';
import { laneOf, lanesOf } from '../../channels/channel.ts';
import type { Plan } from './plan.ts';
import type { GrowingTexts } from './s3-growing-texts.ts';

/** What a part has. */
interface PartTally {
  readonly zone: string;
  readonly track: number;
  lines: number;
}

/** What was read of the recipients of a campaign. */
export interface Tally {
  readonly refused: Partial<Record<RefusalReason, number>>;
  /** By country. */
  readonly countries: Map<string, { recipients: number; micros: number }>;
  /** By the name of their text. */
  readonly parts: Map<string, PartTally>;
}

/** Name of the text that lists who gets nothing. */
const REFUSED = 'refusals.csv';

export interface ReadDeps {
  readonly texts: Pick<GrowingTexts, 'add'>;
  readonly aliasesOf: (userId: string) => Promise<readonly string[]>;
  readonly taken: NameSet;
  readonly signal: AbortSignal;
}

/** Reads all recipients, and lets the parts grow. Throws a `FileFault` where the file has one. */
export async function readRecipients(
  campaign: Campaign,
  { channel }: Plan,
  { batches }: RecipientRows,
  rules: RowRules,
  { texts, aliasesOf, taken, signal }: ReadDeps,
): Promise<Tally> {
  const tally: Tally = { refused: {}, countries: new Map(), parts: new Map() };
  const tracks = lanesOf(channel);
  const hasZones = campaign.timeZone === 'recipient';
  await texts.add(REFUSED, REFUSALS_HEADER);

  function take(line: PartLine): Promise<void> | undefined {
    const track = tracks === 1 ? 0 : laneOf(channel, line.to.name);
    const zone = hasZones ? line.country : ALL_ZONES;
    const name = `${zone}/${track}`;
    const part = tally.parts.get(name) ?? { zone, track, lines: 0 };
    part.lines += 1;
    tally.parts.set(name, part);
    const country = tally.countries.get(line.country) ?? { recipients: 0, micros: 0 };
    country.recipients += 1;
    country.micros += line.micros;
    tally.countries.set(line.country, country);
    return texts.add(name, `${writePartLine(line)}\n`);
  }

  function refuse(refusal: Refusal): Promise<void> | undefined {
    tally.refused[refusal.reason] = (tally.refused[refusal.reason] ?? 0) + 1;
    return texts.add(REFUSED, refusalLine(refusal));
  }

  for await (const rows of checkRows(batches, rules, { aliasesOf, taken })) {
    signal.throwIfAborted();
    for (const row of rows) {
      const full = row.ok ? take(row.line) : refuse(row.refusal);
      if (full !== undefined) await full;
    }
  }
  return tally;
}
