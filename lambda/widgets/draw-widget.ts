import type { CampaignTable } from '../campaigns/campaign-table.ts';
import type { CampaignFigures } from '../campaigns/track-figures.ts';
import type { ChannelReader } from '../channels/channel-table.ts';
import type { LogFields } from '../shared/aws/telemetry.ts';
import { faultName } from '../shared/queue/failure.ts';
import { campaignsToShow, campaignsView } from './campaigns-view.ts';
import { channelsView } from './channels-view.ts';
import { type Html, html } from './html.ts';
import { lettersView, type QueueLetters } from './letters-view.ts';
import { readWidgetRequest, WIDGET_VIEWS, type WidgetView } from './request.ts';

export interface WidgetDeps {
  readonly campaigns: Pick<CampaignTable, 'list'>;
  readonly figures: (campaign: string, signal: AbortSignal) => Promise<CampaignFigures>;
  readonly channels: Pick<ChannelReader, 'list'>;
  readonly letters: (signal: AbortSignal) => Promise<readonly QueueLetters[]>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly warn: (message: string, fields: LogFields) => void;
}

const DOCUMENTATION = `### Floodgate
What metrics cannot show. Parameter \`view\`: ${WIDGET_VIEWS.join(', ')}.
\`\`\` yaml
view: campaigns
\`\`\``;

/** What a dashboard shows in a widget, as HTML; or how the widget is used, as Markdown. Never rejects. */
export async function drawWidget(
  event: unknown,
  signal: AbortSignal,
  deps: WidgetDeps,
): Promise<string> {
  const asked = readWidgetRequest(event);
  if (asked === 'describe') return DOCUMENTATION;
  if (asked === undefined) {
    return html`<p>There is no such view. There are: ${WIDGET_VIEWS.join(', ')}.</p>`.markup;
  }
  try {
    return (await VIEWS[asked](signal, deps)).markup;
  } catch (error) {
    deps.warn('Widget not drawn', { view: asked, fault: faultName(error) });
    return html`<p>This cannot be read now (${faultName(error)}). The log of the function says more.</p>`
      .markup;
  }
}

const VIEWS: Readonly<
  Record<WidgetView, (signal: AbortSignal, deps: WidgetDeps) => Promise<Html>>
> = {
  campaigns: async (signal, { campaigns, figures }) => {
    const listed = await campaigns.list(signal);
    const all = listed.campaigns.map(({ campaign }) => campaign);
    const shown = await Promise.all(
      campaignsToShow(all).map(async (campaign) => ({
        campaign,
        figures: await figures(campaign.id, signal),
      })),
    );
    return campaignsView(shown, all.length + listed.unreadable.length);
  },
  channels: async (signal, { channels }) => channelsView(await channels.list(signal)),
  letters: async (signal, { letters, now }) => lettersView(await letters(signal), now()),
};
