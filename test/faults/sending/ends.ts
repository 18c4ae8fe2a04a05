import { addCounts } from '../../../lambda/campaigns/counts.ts';
import { countsOfRow } from '../../../lambda/campaigns/figures.ts';
import { recordKeyOf } from '../../../lambda/table/outgoing-keys.ts';
import { stateOf, toRecord } from '../../../lambda/table/outgoing-record.ts';
import { toItem } from '../../../lambda/table/stored-rows.ts';
import type { Receipt } from '../../../local/whatsapp/ledger.ts';
import { META_CHANNEL } from './messages.ts';
import type { SendingWorld } from './world.ts';

/** From when a lane has somebody at hand until their request leaves: a token, a claim, a turn, each tried anew where it fails. */
export const UNDER_WAY_MS = 30_000;
/** A request may be on its way for so long, and whoever sent it knows nothing of that. */
export const LATEST_MS = 90_000;
const GONE_OUT = ['sent', 'held', 'delivered', 'read'];
const ENDS = [...GONE_OUT, 'failed', 'uncertain', 'cancelled', 'expired'];

export function hasEnded(state: string): boolean {
  return ENDS.includes(state);
}

/** What WhatsApp got that has this in it. */
export function receiptsOf(text: string, world: SendingWorld): readonly Receipt[] {
  return world.whatsapp.receipts.filter((receipt) => receipt.text.includes(text));
}

/** The state of a message of a campaign; `none` where there is no row of it. */
export function stateOfMessage(id: string, { table }: SendingWorld): string {
  const { pk, sk } = recordKeyOf({ channel: META_CHANNEL, id });
  const row = table.rows.get(`${pk}\n${sk}`);
  return row === undefined ? 'none' : stateOf(toRecord(toItem(row)));
}

/** A message that is there has an end, which is what WhatsApp knows of it. */
export function checkEndOfMessage(
  state: string,
  receipts: readonly Receipt[],
  violate: (what: string) => void,
): void {
  if (state !== 'none' && !hasEnded(state)) violate('7: it comes to no end');
  if (receipts.length === 0 && GONE_OUT.includes(state)) violate('7: nobody got it');
  const isTold = receipts.some(({ mark, failure }) => mark !== undefined && failure === undefined);
  if (isTold && !GONE_OUT.includes(state)) violate('7: it was taken');
}

/**
 * What all changes of the rows of a campaign add up to is what they are.
 *
 * @param prefixes of their keys
 */
export function checkFigures(id: string, prefixes: readonly string[], world: SendingWorld): void {
  const rows = [...world.table.rows].filter(([key]) =>
    prefixes.some((prefix) => key.startsWith(prefix)),
  );
  const recount = addCounts(rows.map(([, row]) => countsOfRow(toItem(row))));
  const figures = world.figures.get(id) ?? {};
  const names = new Set([...Object.keys(recount), ...Object.keys(figures)]);
  for (const name of names) {
    if (recount[name] === figures[name]) continue;
    world.violate(`7: figures of ${id}: ${name} is ${figures[name]}, by its rows ${recount[name]}`);
  }
}

/** Nothing leaves while nothing may. @param isOfIt by the body of a request */
export function checkSilences(
  silences: readonly { readonly from: number; readonly to: number }[],
  isOfIt: (body: string) => boolean,
  world: SendingWorld,
  violate: (what: string) => void,
): void {
  for (const { at, body } of world.requests) {
    if (!isOfIt(body)) continue;
    const silence = silences.find(({ from, to }) => at > from + UNDER_WAY_MS && at < to);
    if (silence !== undefined) violate('6: it sends while it is stopped');
  }
}
