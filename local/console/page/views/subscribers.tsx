import { useState } from 'preact/hooks';
import type { SubscriberLine, TestedAnswer } from '../../answers.ts';
import { act } from '../ask.ts';
import { agoText, plural } from '../format.ts';
import { Card, Cards } from '../parts/cards.tsx';
import { Action, CommandLine, Fault, Nothing, type Tone, Wait } from '../parts/pieces.tsx';
import { usePolled } from '../use-polled.ts';

const EVERY_MS = 3_000;

export function Subscribers() {
  const { value, fault, refresh } = usePolled('subscribers', {}, EVERY_MS);
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  if (value.subscribers.length === 0) {
    return (
      <Nothing title="Nobody subscribes yet">
        <p>Say where your software listens. It then gets each event once, signed and in order:</p>
        <CommandLine line="npx floodgate subscriber add --name bot --url http://127.0.0.1:8080/hook" />
      </Nothing>
    );
  }
  return (
    <Cards all={value.subscribers} fault={fault}>
      {(one) => <Subscriber subscriber={one} onMoved={refresh} />}
    </Cards>
  );
}

const TONES: Readonly<Record<SubscriberLine['state'], Tone>> = {
  ...{ active: 'good', paused: 'warn', failing: 'bad', disabled: 'bad' },
};

interface SubscriberProps {
  readonly subscriber: SubscriberLine;
  readonly onMoved: () => void;
}

function Subscriber({ subscriber, onMoved }: SubscriberProps) {
  const { id, name, state, endpoint, format, waiting, waitingSince } = subscriber;
  const [tested, setTested] = useState<TestedAnswer>();
  const isActive = state === 'active' || state === 'failing';
  const move = async () => {
    await act('move-subscriber', { id, to: isActive ? 'pause' : 'resume' });
    onMoved();
  };
  return (
    <Card {...{ name, state, tone: TONES[state] }}>
      <p class="note">
        <code>{endpoint.kind === 'https' ? endpoint.url : endpoint.queueUrl}</code>
        {` ${format}`}
      </p>
      <p>
        {waiting === null || waiting === 0
          ? 'Nothing waits'
          : `About ${plural(waiting, 'delivery waits', 'deliveries wait')}`}
        {waitingSince !== null && `, since ${agoText(waitingSince, Date.now())}`}.
      </p>
      <Tries tries={subscriber.last} />
      <div class="actions">
        <Action run={async () => setTested(await act('test-subscriber', { id }))}>Test</Action>
        <Action run={move} kind={isActive ? 'plain' : 'main'}>
          {isActive ? 'Pause' : 'Resume'}
        </Action>
      </div>
      {tested !== undefined && (
        <p role="status" class={tested.isDelivered ? 'done' : 'fault'}>
          {tested.says}
        </p>
      )}
    </Card>
  );
}

function Tries({ tries }: { readonly tries: SubscriberLine['last'] }) {
  if (tries.length === 0) return <p class="note">Nothing was tried yet.</p>;
  const delivered = tries.filter(({ outcome }) => outcome === 'delivered').length;
  const failed = tries.find(({ outcome }) => outcome !== 'delivered');
  const why =
    failed === undefined ? '' : ` The last that failed: ${failed.status ?? failed.fault}.`;
  return (
    <div class="tries">
      <p aria-hidden="true">
        {tries.toReversed().map(({ at, eventId, outcome }) => (
          <span
            key={`${at} ${eventId}`}
            class={`try ${outcome === 'delivered' ? 'good' : 'bad'}`}
          />
        ))}
      </p>
      <p class="note">{`${delivered} of the last ${tries.length} tries delivered.${why}`}</p>
    </div>
  );
}
