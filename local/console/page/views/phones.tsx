import { useState } from 'preact/hooks';
import type { PersonAnswer } from '../../answers.ts';
import { act } from '../ask.ts';
import { minuteText } from '../format.ts';
import { Face } from '../parts/face.tsx';
import { Action, Fault, Nothing, Wait, Written } from '../parts/pieces.tsx';
import { TalkHeader } from '../parts/talk-header.tsx';
import { linkTo } from '../route.ts';
import { useEnd } from '../use-end.ts';
import { usePolled } from '../use-polled.ts';
import type { ViewProps } from '../view-props.ts';

const PEOPLE_EVERY_MS = 3_000;
const PHONE_EVERY_MS = 1_500;

/** The people at the other end, each with a phone. */
export function Phones({ about }: ViewProps) {
  const { value, fault } = usePolled('phones', {}, PEOPLE_EVERY_MS);
  const { who } = about;
  return (
    <div class={`split ${who === undefined ? '' : 'open'}`}>
      <section class="list" aria-label="People">
        <NewPerson />
        <Fault says={fault} />
        <ul class="people">
          {(value?.people ?? []).map((person) => (
            <li key={person.userId}>
              <Person person={person} isCurrent={nameOf(person) === who} />
            </li>
          ))}
        </ul>
      </section>
      <section class="pane" aria-label="Phone">
        {who === undefined ? (
          <Nothing title="Be a person with a phone">
            <p>Give a number, any one, and write to the business as whoever has it.</p>
          </Nothing>
        ) : (
          <Phone key={who} who={who} />
        )}
      </section>
    </div>
  );
}

/** By which they are asked for. */
function nameOf({ phone, userId }: PersonAnswer): string {
  return phone ?? userId;
}

function NewPerson() {
  const [who, setWho] = useState('5215550001234');
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = linkTo('phones', { who: who.trim() });
      }}
    >
      <label>
        <span>Number with country code</span>
        <input
          required
          inputMode="tel"
          value={who}
          onInput={(event) => setWho(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Take the phone</button>
    </form>
  );
}

function Person({
  person,
  isCurrent,
}: {
  readonly person: PersonAnswer;
  readonly isCurrent: boolean;
}) {
  const { name, unread, wantsMarketing } = person;
  return (
    <a
      href={linkTo('phones', { who: nameOf(person) })}
      aria-current={isCurrent ? 'true' : undefined}
    >
      <Face name={name} />
      <span class="person">
        <strong>
          <Written text={name} />
        </strong>
        <small>{`${nameOf(person)}${wantsMarketing ? '' : ' · stopped marketing'}`}</small>
      </span>
      {unread > 0 && <span class="unread">{unread}</span>}
    </a>
  );
}

function Phone({ who }: { readonly who: string }) {
  const { value, fault, refresh } = usePolled('phone', { who }, PHONE_EVERY_MS);
  const [text, setText] = useState('');
  const list = useEnd<HTMLOListElement>(value?.messages.at(-1)?.id);
  const write = async () => {
    if (text.trim() === '') return;
    const { status } = await act('write-as', { who, text });
    if (status !== 200) throw new Error(`The stack answered ${status}. It is tried again.`);
    setText('');
    refresh();
  };
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  const { person, messages } = value;
  const name = person?.name ?? who;
  return (
    <div class="talk phone">
      <TalkHeader {...{ name, under: who, back: linkTo('phones'), backTo: 'the people' }}>
        {person !== null && person.unread > 0 && (
          <Action run={() => act('read-as', { who }).then(refresh)}>Read all</Action>
        )}
      </TalkHeader>
      <Fault says={fault} />
      <ol ref={list} class="talked" tabIndex={0} aria-label="On the phone">
        {messages.map(({ id, direction, text: words, at, state, channel, code }) => (
          <li key={id} class={`line ${direction === 'to-business' ? 'outbound' : 'inbound'}`}>
            <div class={`bubble ${direction === 'to-business' ? 'outbound' : 'inbound'}`}>
              <p class="said">
                <Written text={words} />
              </p>
              <p class="under">
                {`${minuteText(at)} · ${channel} · ${state}${code === null ? '' : ` (${code})`}`}
              </p>
            </div>
          </li>
        ))}
      </ol>
      <form class="composer" onSubmit={(event) => event.preventDefault()}>
        <label class="unseen" for="write">
          Write as this person
        </label>
        <textarea
          id="write"
          rows={2}
          value={text}
          placeholder={`Write to the business as ${name}`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Action kind="main" run={write}>
          Send
        </Action>
      </form>
    </div>
  );
}
