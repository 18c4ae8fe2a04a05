import { Fragment } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ContactLine, ConversationAnswer, EntryAnswer } from '../../answers.ts';
import { act, read } from '../ask.ts';
import { dayText, minuteText, spanText } from '../format.ts';
import { keyParameter } from '../key.ts';
import { Said } from '../parts/content.tsx';
import { Face } from '../parts/face.tsx';
import { Action, Badge, Fault, Nothing, Wait, Written } from '../parts/pieces.tsx';
import { TalkHeader } from '../parts/talk-header.tsx';
import { linkTo } from '../route.ts';
import { type Stretch, withNewest, withOlder } from '../stretch.ts';
import { useEnd } from '../use-end.ts';
import { usePolled } from '../use-polled.ts';
import type { ViewProps } from '../view-props.ts';

const CONTACTS_EVERY_MS = 3_000;
const TALK_EVERY_MS = 2_000;

export function Conversations({ overview, about }: ViewProps) {
  const { value, fault } = usePolled('contacts', {}, CONTACTS_EVERY_MS);
  const { channel, contact } = about;
  const isOpen = channel !== undefined && contact !== undefined;
  return (
    <div class={`split ${isOpen ? 'open' : ''}`}>
      <section class="list" aria-label="Contacts">
        <Lookup />
        <Fault says={fault} />
        {value === undefined ? <Wait /> : <Contacts lines={value.contacts} about={about} />}
      </section>
      <section class="pane" aria-label="Conversation">
        {isOpen ? (
          <Talk
            key={`${channel} ${contact}`}
            {...{ channel, contact }}
            isLocal={overview.isLocal}
          />
        ) : (
          <Nothing title="Choose a contact">
            <p>
              Or open one by channel and number: all that was said in the last 30 days is there.
            </p>
          </Nothing>
        )}
      </section>
    </div>
  );
}

/** Opens anybody: the list has only those whose events flowed by. */
function Lookup() {
  const [channel, setChannel] = useState('');
  const [contact, setContact] = useState('');
  return (
    <form
      class="bar"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = linkTo('conversations', {
          channel: channel.trim(),
          contact: contact.trim(),
        });
      }}
    >
      <Sought called="Channel" like="its id" value={channel} onInput={setChannel} />
      <Sought called="Contact" like="number" value={contact} onInput={setContact} />
      <button type="submit">Open</button>
    </form>
  );
}

function Sought({
  called,
  like,
  value,
  onInput,
}: {
  readonly called: string;
  readonly like: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <label>
      <span>{called}</span>
      <input
        required
        value={value}
        placeholder={like}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

function Contacts({
  lines,
  about,
}: {
  readonly lines: readonly ContactLine[];
  readonly about: ViewProps['about'];
}) {
  if (lines.length === 0) return <p class="note">Nobody wrote since the stack was started.</p>;
  return (
    <ul class="people">
      {lines.map(({ channel, contact, who, says, at }) => {
        const isCurrent = about['channel'] === channel && about['contact'] === contact;
        return (
          <li key={`${channel} ${contact}`}>
            <a
              href={linkTo('conversations', { channel, contact })}
              aria-current={isCurrent ? 'true' : undefined}
            >
              <Face name={who ?? contact} />
              <span class="person">
                <strong>
                  <Written text={who ?? contact} />
                </strong>
                <small>
                  <Written text={says ?? contact} />
                </small>
              </span>
              {at !== null && <time>{minuteText(at)}</time>}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

interface TalkProps {
  readonly channel: string;
  readonly contact: string;
  readonly isLocal: boolean;
}

function Talk({ channel, contact, isLocal }: TalkProps) {
  const place = { channel, contact };
  const { value, fault, refresh } = usePolled(
    'conversation',
    { ...place, cursor: '' },
    TALK_EVERY_MS,
  );
  const wentBack = useRef<Stretch<EntryAnswer>>(undefined);
  const [, draw] = useState(0);
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  // Only who went back wants more than the newest.
  if (wentBack.current !== undefined) wentBack.current = withNewest(wentBack.current, value);
  const shown = wentBack.current ?? value;
  const goBack = async (cursor: string) => {
    const older = await read('conversation', { ...place, cursor });
    wentBack.current = withOlder(wentBack.current ?? value, older);
    draw((times) => times + 1);
  };
  const name = value.contact.profile?.name ?? contact;
  return (
    <div class="talk">
      <TalkHeader
        {...{ name, under: `${contact} · ${channel}` }}
        {...{ back: linkTo('conversations'), backTo: 'the contacts' }}
      >
        <Standing contact={value.contact} />
      </TalkHeader>
      <Fault says={fault} />
      <Entries shown={shown} place={place} onEarlier={goBack} />
      <Composer {...{ channel, contact, isLocal }} conversation={value} onSent={refresh} />
    </div>
  );
}

/** Whether one may write, and what the contact chose. */
function Standing({ contact: { window, optOuts } }: Pick<ConversationAnswer, 'contact'>) {
  const until = window?.openUntil ?? null;
  const left = until === null ? 0 : (Date.parse(until) - Date.now()) / 1000;
  return (
    <p class="standing">
      {window !== null && (
        <Badge tone={left > 0 ? 'good' : 'calm'}>
          {left > 0 ? `window open, ${spanText(left)} left` : 'window closed'}
        </Badge>
      )}
      {optOuts
        .filter(({ isOptOut }) => isOptOut)
        .map(({ category }) => (
          <Badge key={category} tone="warn">{`wants no ${category.replaceAll('_', ' ')}`}</Badge>
        ))}
    </p>
  );
}

function Entries({
  shown: { entries, nextCursor },
  place,
  onEarlier,
}: {
  readonly shown: Stretch<EntryAnswer>;
  readonly place: Pick<TalkProps, 'channel' | 'contact'>;
  readonly onEarlier: (cursor: string) => Promise<void>;
}) {
  const list = useEnd<HTMLOListElement>(entries[0]?.id, entries.at(-1)?.id);
  if (entries.length === 0) {
    return (
      <Nothing title="Nothing was said yet">
        <p>Nothing is stored of this contact on this channel.</p>
      </Nothing>
    );
  }
  const said = entries.toReversed();
  return (
    <ol ref={list} class="talked" tabIndex={0} aria-label={`What was said with ${place.contact}`}>
      {nextCursor !== null && (
        <li class="day">
          <Action run={() => onEarlier(nextCursor)}>Earlier</Action>
        </li>
      )}
      {said.map((entry, index) => {
        const day = dayText(entry.occurredAt);
        const before = said[index - 1];
        const isNewDay = before === undefined || dayText(before.occurredAt) !== day;
        return (
          <Fragment key={entry.id}>
            {isNewDay && <li class="day">{day}</li>}
            <li class={`line ${entry.direction}`}>
              <Entry entry={entry} answered={answeredBy(entry, entries)} {...place} />
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

function answeredBy({ replyTo }: EntryAnswer, entries: readonly EntryAnswer[]): string | undefined {
  const found = entries.find(({ wamid }) => wamid !== null && wamid === replyTo?.wamid);
  const body = found?.outgoing?.body;
  return body === undefined ? undefined : wordsOf(body);
}

interface EntryProps {
  readonly entry: EntryAnswer;
  /** The words of what it answers, where that was sent from here. */
  readonly answered?: string | undefined;
  readonly channel: string;
  readonly contact: string;
}

function Entry({ entry, answered, channel, contact }: EntryProps) {
  const { content, replyTo, direction, id, occurredAt } = entry;
  return (
    <div class={`bubble ${direction}`}>
      {replyTo !== null && (
        <blockquote>
          <Written text={replyTo.text ?? answered ?? 'an earlier message'} />
        </blockquote>
      )}
      <File entry={entry} channel={channel} contact={contact} />
      {content === null ? <Unsaid entry={entry} /> : <Said content={content} />}
      <p class="under">
        <a href={linkTo('live', { id: entry.wamid ?? id })} title="What happened to it">
          {minuteText(occurredAt)}
        </a>
        {direction === 'outbound' && <Ticks entry={entry} />}
      </p>
    </div>
  );
}

/** What is known of a message that was sent from here, or from elsewhere. */
function Unsaid({ entry: { outgoing, kind, type } }: Pick<EntryProps, 'entry'>) {
  if (outgoing === null) return <p class="said told">{`${kind} ${type ?? ''}`}</p>;
  return (
    <p class="said">
      <Written text={wordsOf(outgoing.body)} />
    </p>
  );
}

/** The words of a body in Meta's form: a text, or the name of what else it is. */
function wordsOf(body: unknown): string {
  const type = memberOf(body, 'type');
  if (type === 'text') return String(memberOf(memberOf(body, 'text'), 'body') ?? '');
  if (type === 'template') return `template ${memberOf(memberOf(body, 'template'), 'name')}`;
  return String(type ?? 'a message');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const TICKS: Readonly<Record<string, string>> = {
  ...{ accepted: '…', sent: '✓', held: '✓', delivered: '✓✓', read: '✓✓', failed: '✗' },
};

function Ticks({ entry: { status, outgoing } }: Pick<EntryProps, 'entry'>) {
  const state = outgoing?.state ?? status ?? 'unknown';
  const error = outgoing?.error ?? null;
  return (
    <span class={`ticks ${state}`}>
      <span aria-hidden="true">{TICKS[state] ?? ''}</span> {state}
      {error !== null && `: ${error.text ?? error.class}`}
    </span>
  );
}

function File({ entry, channel, contact }: EntryProps) {
  const { media, wamid } = entry;
  if (media === null || wamid === null) return null;
  if (media.state !== 'stored') {
    return (
      <p class="said told">{`file ${media.state}${media.reason === null ? '' : `: ${media.reason}`}`}</p>
    );
  }
  const source = `/console/file/of?${new URLSearchParams({ channel, contact, wamid, ...keyParameter() })}`;
  const [kind] = (media.mimeType ?? '').split('/');
  switch (kind) {
    case 'image':
      return <Picture source={source} />;
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: whoever sent it made none
      return <audio class="file" src={source} controls aria-label="Recording" />;
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: whoever sent it made none
      return <video class="file" src={source} controls aria-label="Video" />;
    default:
      return <Saved source={source} />;
  }
}

function Picture({ source }: { readonly source: string }) {
  const [isBroken, setBroken] = useState(false);
  // The type is what its sender told, and need not be so.
  if (isBroken) return <Saved source={source} />;
  return <img class="file" src={source} alt="Sent in this chat" onError={() => setBroken(true)} />;
}

function Saved({ source }: { readonly source: string }) {
  return (
    <p>
      <a href={source} download>
        Save the file
      </a>
    </p>
  );
}

function Composer({
  channel,
  contact,
  isLocal,
  conversation,
  onSent,
}: TalkProps & { readonly conversation: ConversationAnswer; readonly onSent: () => void }) {
  const [text, setText] = useState('');
  const [key, setKey] = useState(() => crypto.randomUUID());
  if (conversation.channel === null) return <Unused {...{ channel, isLocal, onSent }} />;
  const send = async () => {
    if (text.trim() === '') return;
    // The same key until it is known to be taken: pressed twice, it goes out once.
    await act('send', { channel, to: contact, text, key });
    setText('');
    setKey(crypto.randomUUID());
    onSent();
  };
  return (
    <form class="composer" onSubmit={(event) => event.preventDefault()}>
      <label class="unseen" for="message">
        Message
      </label>
      <textarea
        id="message"
        rows={2}
        value={text}
        placeholder="Write a message"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Action kind="main" run={send}>
        Send
      </Action>
    </form>
  );
}

/** A number that only receives. */
function Unused({
  channel,
  isLocal,
  onSent,
}: Omit<TalkProps, 'contact'> & { readonly onSent: () => void }) {
  const provider = /^\d+$/.test(channel) ? 'meta' : 'wasender';
  return (
    <div class="composer">
      <p>
        {channel} only receives so far.{' '}
        {!isLocal && (
          <>
            To send from it: <code>{`npx floodgate channel add ${channel}`}</code>
          </>
        )}
      </p>
      {isLocal && (
        <Action
          kind="main"
          run={async () => {
            await act('use-channel', { id: channel, provider });
            onSent();
          }}
        >
          Let it send
        </Action>
      )}
    </div>
  );
}
