import type { CampaignAnswer, CampaignShown } from '../../answers.ts';
import { act } from '../ask.ts';
import { moneyText, numberText, plural } from '../format.ts';
import { Card, Cards } from '../parts/cards.tsx';
import { Action, CommandLine, Fault, Nothing, type Tone, Wait } from '../parts/pieces.tsx';
import { progressOf } from '../progress.ts';
import { usePolled } from '../use-polled.ts';

const LIST_EVERY_MS = 4_000;
const MOVING_EVERY_MS = 1_500;
const RESTING_EVERY_MS = 15_000;

export function Campaigns() {
  const { value, fault, refresh } = usePolled('campaigns', {}, LIST_EVERY_MS);
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  if (value.campaigns.length === 0) {
    return (
      <Nothing title="No campaign yet">
        <p>
          A campaign sends one template to up to a million people, each once. Made from a file of
          recipients:
        </p>
        <CommandLine line="npx floodgate campaign create --channel 900000000000100 --template plain_offer --language en_US --recipients people.csv" />
      </Nothing>
    );
  }
  return (
    <Cards all={value.campaigns} fault={fault}>
      {(one) => <Campaign campaign={one} onMoved={refresh} />}
    </Cards>
  );
}

const TONES: Readonly<Partial<Record<CampaignAnswer['state'], Tone>>> = {
  ...{ running: 'good', paused: 'warn', cancelled: 'bad' },
};

interface CampaignProps {
  readonly campaign: CampaignAnswer;
  readonly onMoved: () => void;
}

function Campaign({ campaign, onMoved }: CampaignProps) {
  const { id, name, state, because, variants, channel } = campaign;
  const isMoving = state === 'running';
  const shown = usePolled('campaign', { id }, isMoving ? MOVING_EVERY_MS : RESTING_EVERY_MS);
  return (
    <Card {...{ name, state, tone: TONES[state] ?? 'calm' }}>
      <p class="note">
        {variants.map(({ template, language }) => `${template} (${language})`).join(', ')}
        {` from ${channel}`}
        {because !== null && `: ${because}`}
      </p>
      {shown.value !== undefined && <Progress shown={shown.value} />}
      <Moves campaign={campaign} onMoved={onMoved} />
    </Card>
  );
}

function Progress({ shown }: { readonly shown: CampaignShown }) {
  const { figures, campaign } = shown;
  if (figures === null) return <p>Nothing is sent yet.</p>;
  const parts = progressOf(figures).filter(({ count }) => count > 0);
  return (
    <>
      <div
        class="progress"
        role="img"
        aria-label={parts.map(({ is, count }) => `${is} ${count}`).join(', ')}
      >
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          {parts.map(({ is, from, share }) => (
            <rect key={is} class={is} x={100 * from} y="0" width={100 * share} height="6" />
          ))}
        </svg>
      </div>
      <ul class="legend">
        {parts.map(({ is, count }) => (
          <li key={is}>
            <span class={`swatch ${is}`} aria-hidden="true" />
            {`${is} ${numberText(count)}`}
          </li>
        ))}
      </ul>
      <p class="note">
        {`${plural(figures.recipients, 'person', 'people')} · ${plural(figures.replied, 'reply', 'replies')} · cost ${moneyText(figures.spent)}`}
        {campaign.budget !== null && ` of ${moneyText(campaign.budget)}`}
      </p>
    </>
  );
}

function Moves({ campaign: { id, state }, onMoved }: CampaignProps) {
  const move = (to: 'start' | 'pause' | 'resume') => async () => {
    await act('move-campaign', { id, to });
    onMoved();
  };
  switch (state) {
    case 'running':
    case 'scheduled':
      return <Action run={move('pause')}>Pause</Action>;
    case 'paused':
      return (
        <Action kind="main" run={move('resume')}>
          Resume
        </Action>
      );
    case 'ready':
      return (
        <Action kind="main" run={move('start')}>
          Start
        </Action>
      );
    default:
      return null;
  }
}
