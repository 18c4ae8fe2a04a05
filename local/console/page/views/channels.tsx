import type { ChannelAnswer } from '../../../../lambda/channels/managing/schemas.ts';
import { act } from '../ask.ts';
import { agoText } from '../format.ts';
import { Card, Cards } from '../parts/cards.tsx';
import { Action, CommandLine, Fault, Nothing, type Tone, Wait } from '../parts/pieces.tsx';
import { usePolled } from '../use-polled.ts';
import type { ViewProps } from '../view-props.ts';

const EVERY_MS = 3_000;

export function Channels({ overview: { isLocal } }: ViewProps) {
  const { value, fault, refresh } = usePolled('channels', {}, EVERY_MS);
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  if (value.channels.length === 0) {
    return (
      <Nothing title="Nothing is sent from here yet">
        <p>Webhooks come in without a channel. Messages go out from a number that is one:</p>
        <CommandLine line={`npx floodgate channel add ID${isLocal ? ' --no-token' : ''}`} />
      </Nothing>
    );
  }
  const unreadable = value.unreadable.length === 0 ? undefined : value.unreadable.join(', ');
  return (
    <>
      <Fault says={unreadable && `Another release wrote these channels: ${unreadable}.`} />
      <Cards all={value.channels} fault={fault}>
        {(one) => <Channel channel={one} onMoved={refresh} />}
      </Cards>
    </>
  );
}

interface ChannelProps {
  readonly channel: ChannelAnswer;
  readonly onMoved: () => void;
}

function Channel({ channel, onMoved }: ChannelProps) {
  const { id, state, provider, displayPhoneNumber, needsAttention, tenant } = channel;
  const isActive = state === 'active';
  const move = async () => {
    await act('move-channel', { id, to: isActive ? 'pause' : 'resume' });
    onMoved();
  };
  return (
    <Card {...{ name: displayPhoneNumber ?? id, state, tone: toneOf(channel) }}>
      <p class="note">
        <code>{id}</code>
        {` ${provider === 'meta' ? 'Meta' : 'WasenderApi'}, tenant ${tenant}`}
      </p>
      <p>{`${rateOf(channel)}.`}</p>
      {!isActive && <p>{whyPaused(channel)}</p>}
      {needsAttention !== null && <p class="fault">{`${needsAttention}.`}</p>}
      <Told {...channel} />
      <div class="actions">
        <Action run={move} kind={isActive ? 'plain' : 'main'}>
          {isActive ? 'Pause' : 'Resume'}
        </Action>
      </div>
      <CommandLine line={`npx floodgate channel check ${id}`} />
    </Card>
  );
}

const WHY: Readonly<Record<string, string>> = {
  user: 'Nothing is taken or sent, until it is resumed.',
  lanes: 'Nothing is taken, and what waits is sent.',
};

function whyPaused({ pausedBecause }: ChannelAnswer): string {
  const said = WHY[pausedBecause ?? 'user'];
  return said ?? `Its provider refused to go on (${pausedBecause}): check it, then resume it.`;
}

function toneOf({ state, needsAttention }: ChannelAnswer): Tone {
  if (state === 'paused') return 'bad';
  return needsAttention === null ? 'good' : 'warn';
}

/** Two digits of what is no whole number, such as 256 a minute. */
function rateOf({ messagesPerSecond, lanes }: ChannelAnswer): string {
  const rate = `${Math.round(messagesPerSecond * 100) / 100} messages a second`;
  return lanes === 1 ? rate : `${rate}, in ${lanes} lanes`;
}

/** What the provider said of it last. */
function Told({ said }: Pick<ChannelAnswer, 'said'>) {
  if (said.length === 0) return <p class="note">Its provider said nothing of it yet.</p>;
  return (
    <ul class="told">
      {said.map(({ check, ok, found, at }) => (
        <li key={check} class={ok ? undefined : 'fault'}>
          {`${check}: ${found}, ${agoText(at, Date.now())}`}
        </li>
      ))}
    </ul>
  );
}
