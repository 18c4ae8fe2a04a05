import { useState } from 'preact/hooks';
import type { DoneAnswer, LetterAnswer } from '../../answers.ts';
import { act, read, saidBy } from '../ask.ts';
import { numberText, plural, prettyJson, spanText } from '../format.ts';
import { Action, Badge, Fault, Nothing, Sheet, Wait } from '../parts/pieces.tsx';
import { linkTo } from '../route.ts';
import { usePolled } from '../use-polled.ts';

/** To look hides them from others for a moment, so it is not done often. */
const EVERY_MS = 15_000;

/** As many as the server takes in one request. */
const MOST_AT_ONCE = 1_000;

export function Letters() {
  const { value, fault, refresh } = usePolled('letters', {}, EVERY_MS);
  const [done, setDone] = useState<DoneAnswer>();
  const [dropping, setDropping] = useState<LetterAnswer>();
  const [shown, setShown] = useState<LetterAnswer>();
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  const { letters } = value;
  const sendBack = (ids: readonly string[]) => async () => {
    setDone(await act('redrive', { ids }));
    refresh();
  };
  return (
    <>
      <Fault says={fault} />
      {done !== undefined && (
        <p role="status" class={done.isOk ? 'done' : 'fault'}>
          {done.says}
        </p>
      )}
      {letters.length === 0 ? (
        <Nothing title="No dead letters">
          <p>What no retry could help would lie here, with its reason, until somebody decides.</p>
        </Nothing>
      ) : (
        <>
          <div class="letters">
            <p class="note">
              Mend the cause first: what is sent back before that comes back.{' '}
              <a href="/console/runbook.html#deadletterqueuenotempty">What to do</a>
            </p>
            <Action run={sendBack(letters.slice(0, MOST_AT_ONCE).map(({ id }) => id))}>
              {letters.length > MOST_AT_ONCE
                ? `Send the first ${numberText(MOST_AT_ONCE)} back`
                : `Send all ${letters.length} back`}
            </Action>
          </div>
          <ul class="cards">
            {letters.map((letter) => (
              <li key={letter.id}>
                <Letter
                  letter={letter}
                  onSendBack={sendBack([letter.id])}
                  onDrop={() => setDropping(letter)}
                  onShow={() => setShown(letter)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {dropping !== undefined && (
        <Drop
          letter={dropping}
          onClose={() => setDropping(undefined)}
          onDone={(answer) => {
            setDropping(undefined);
            setDone(answer);
            refresh();
          }}
        />
      )}
      {shown !== undefined && <Body letter={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

interface LetterProps {
  readonly letter: LetterAnswer;
  readonly onSendBack: () => Promise<void>;
  readonly onDrop: () => void;
  readonly onShow: () => void;
}

function Letter({ letter, onSendBack, onDrop, onShow }: LetterProps) {
  const { id, what, reason, queue, since, channel, behind, receiveCount, eventId } = letter;
  return (
    <article class="card" aria-label={`Dead letter ${id}`}>
      <header>
        <h2>{what ?? 'Unreadable'}</h2>
        <Badge tone="bad">{reason === 'none' ? 'received too often' : reason}</Badge>
      </header>
      <p>
        {`In ${queue} for ${spanText(ageOf(since))}, received ${plural(receiveCount, 'time')}`}
        {channel !== null && `, of ${channel}`}.
        {behind > 0 && ` ${plural(behind, 'more waits', 'more wait')} behind it.`}
      </p>
      <div class="actions">
        <Action run={onSendBack} kind="main">
          Send back
        </Action>
        <button type="button" onClick={onDrop}>
          Drop
        </button>
        <button type="button" onClick={onShow}>
          Show
        </button>
        {eventId !== null && <a href={linkTo('live', { id: eventId })}>Trace</a>}
      </div>
    </article>
  );
}

function ageOf(since: string): number {
  return (Date.now() - Date.parse(since)) / 1000;
}

function Drop({
  letter,
  onClose,
  onDone,
}: {
  readonly letter: LetterAnswer;
  readonly onClose: () => void;
  readonly onDone: (done: DoneAnswer) => void;
}) {
  const [why, setWhy] = useState('');
  return (
    <Sheet title="Drop it for good?" onClose={onClose}>
      <p>It is deleted. The table keeps that you did it, when, and why.</p>
      <label class="field">
        <span>Why, without names please</span>
        <input value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      <Action
        kind="danger"
        run={async () => {
          if (why.trim() === '') throw new Error('Say why: it goes on the record.');
          onDone(await act('drop', { ids: [letter.id], why }));
        }}
      >
        Drop it
      </Action>
    </Sheet>
  );
}

function Body({
  letter: { id },
  onClose,
}: {
  readonly letter: LetterAnswer;
  readonly onClose: () => void;
}) {
  const [body, setBody] = useState<string>();
  const [fault, setFault] = useState<string>();
  const show = () =>
    read('letter', { id }).then(
      (answer) => setBody(answer.body),
      (error) => setFault(saidBy(error)),
    );
  return (
    <Sheet title="The message itself" onClose={onClose}>
      <p>It holds what people wrote.</p>
      <Fault says={fault} />
      {body === undefined ? (
        <Action run={show}>Show it</Action>
      ) : (
        <pre tabIndex={0}>{prettyJson(body)}</pre>
      )}
    </Sheet>
  );
}
