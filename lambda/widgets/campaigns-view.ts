import { type Campaign, isUnderWay } from '../campaigns/campaign.ts';
import type { CampaignFigures } from '../campaigns/track-figures.ts';
import { type Html, html, table } from './html.ts';

/** More do not fit into a widget, and each costs a read. */
const MOST_CAMPAIGNS = 10;

/** Those that somebody looks for: under way or stopped first, then the newest. */
export function campaignsToShow(all: readonly Campaign[]): readonly Campaign[] {
  const urgency = (one: Campaign) => (isUnderWay(one) || one.state === 'paused' ? 0 : 1);
  return all
    .toSorted((one, other) => urgency(one) - urgency(other) || other.updatedAt - one.updatedAt)
    .slice(0, MOST_CAMPAIGNS);
}

export interface ShownCampaign {
  readonly campaign: Campaign;
  readonly figures: CampaignFigures;
}

const HEADINGS = ['Campaign', 'State', 'Sent', 'Delivered', 'Read', 'Failed', 'Cost'];

/** @param count of all there are */
export function campaignsView(shown: readonly ShownCampaign[], count: number): Html {
  if (count === 0) return html`<p>There are no campaigns.</p>`;
  const rows = shown.map(({ campaign, figures }) => {
    const { name, check } = campaign;
    const { sent, delivered, read } = figures.reached;
    const of = check === undefined ? '' : ` of ${grouped(check.recipients)}`;
    return [
      name,
      stateOf(campaign),
      `${grouped(sent)}${of}`,
      ...[delivered, read, figures.states.failed].map(grouped),
      check === undefined ? '' : moneyOf(figures.costMicros, check.cost.currency),
    ];
  });
  const others = count - shown.length;
  const more = others > 0 ? html`<p>And ${others} more: npx floodgate campaign list</p>` : html``;
  return html`${table(HEADINGS, rows)}${more}`;
}

function stateOf({ state, because }: Campaign): string {
  return because === undefined ? state : `${state}: ${because}`;
}

const MICROS = 1_000_000;

function moneyOf(micros: number, currency: string): string {
  return `${(micros / MICROS).toFixed(2)} ${currency}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
