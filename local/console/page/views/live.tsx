import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent, OpenedEvent, Step } from '../../answers.ts';
import { act, read } from '../ask.ts';
import { clockText, numberText, prettyJson } from '../format.ts';
import { isWanted, type LiveFilter, NO_FILTER } from '../live-filter.ts';
import { Said } from '../parts/content.tsx';
import {
  Action,
  Badge,
  Fault,
  Nothing,
  Sheet,
  type Tone,
  Wait,
  Written,
} from '../parts/pieces.tsx';
import { poll } from '../poll.ts';
import { linkTo } from '../route.ts';
import { useRead } from '../use-read.ts';
import type { ViewProps } from '../view-props.ts';

const EVERY_MS = 1_000;
const MOST_SHOWN = 300;

export function Live({ overview, about }: ViewProps) {
  const [isPaused, setPaused] = useState(false);
  const [filter, setFilter] = useState<LiveFilter>(NO_FILTER);
  const [opened, setOpened] = useState<string | undefined>(about['id']);
  const { events, passed, fault } = useEvents(overview.has.live && !isPaused);
  const shown = events.filter((event) => isWanted(event, filter));
  const [find, setFind] = useState('');
  return (
    <div class="live">
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          if (find.trim() !== '') setOpened(find.trim());
        }}
      >
        {overview.has.live && <Filters events={events} filter={filter} onChange={setFilter} />}
        <label>
          <span>Open by id</span>
          <input
            value={find}
            placeholder="event id or wamid"
            onInput={(event) => setFind(event.currentTarget.value)}
          />
        </label>
        {overview.has.live && (
          <button type="button" onClick={() => setPaused(!isPaused)} aria-pressed={isPaused}>
            {isPaused ? 'Go on' : 'Hold'}
          </button>
        )}
      </form>
      <Fault says={fault} />
      {passed > 0 && (
        <p class="note">{`${numberText(passed)} more flowed by faster than they are shown.`}</p>
      )}
      {overview.has.live ? (
        <EventList events={shown} isAny={events.length > 0} onOpen={setOpened} />
      ) : (
        <Nothing title="Events flow once you listen">
          <p>
            To listen, the stack gets a subscriber with a queue of its own. Both go when the console
            ends.
          </p>
          <p>
            <Action kind="main" run={() => act('listen', {})}>
              Listen
            </Action>
          </p>
        </Nothing>
      )}
      {opened !== undefined && <Opened id={opened} onClose={() => setOpened(undefined)} />}
    </div>
  );
}

/** The last events, the latest first. */
function useEvents(isOn: boolean) {
  const [state, setState] = useState<{ events: readonly LiveEvent[]; passed: number }>({
    events: [],
    passed: 0,
  });
  const [fault, setFault] = useState<string>();
  const last = useRef(0);
  useEffect(() => {
    if (!isOn) return undefined;
    const look = async (signal: AbortSignal) => {
      const { events, passed } = await read('events', { after: String(last.current) }, signal);
      const [oldest] = events;
      if (oldest === undefined) return;
      // A stack that was started anew counts from the beginning.
      const isFirst = last.current === 0 || oldest.number <= last.current;
      last.current = events.at(-1)?.number ?? last.current;
      setState((before) => ({
        events: [...events.toReversed(), ...(isFirst ? [] : before.events)].slice(0, MOST_SHOWN),
        passed: isFirst ? 0 : before.passed + passed,
      }));
    };
    return poll({ look, onFault: setFault, everyMs: EVERY_MS }).end;
  }, [isOn]);
  return { ...state, fault };
}

function Filters({
  events,
  filter,
  onChange,
}: {
  readonly events: readonly LiveEvent[];
  readonly filter: LiveFilter;
  readonly onChange: (filter: LiveFilter) => void;
}) {
  const channels = [...new Set(events.map(({ channel }) => channel))].toSorted();
  return (
    <>
      <label>
        <span>Kind</span>
        <select
          value={filter.kind}
          onChange={(event) => onChange({ ...filter, kind: event.currentTarget.value })}
        >
          <option value="">all</option>
          {['message', 'echo', 'status', 'call', 'account', 'history', 'outgoing'].map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Channel</span>
        <select
          value={filter.channel}
          onChange={(event) => onChange({ ...filter, channel: event.currentTarget.value })}
        >
          <option value="">all</option>
          {channels.map((channel) => (
            <option key={channel}>{channel}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Contact</span>
        <input
          value={filter.contact}
          placeholder="name or number"
          onInput={(event) => onChange({ ...filter, contact: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

function EventList({
  events,
  isAny,
  onOpen,
}: {
  readonly events: readonly LiveEvent[];
  readonly isAny: boolean;
  readonly onOpen: (id: string) => void;
}) {
  if (events.length === 0) {
    return (
      <Nothing title={isAny ? 'None of these is meant' : 'Nothing flows yet'}>
        <p>
          {isAny
            ? 'Change the filter above to see others.'
            : 'Events appear here within a second of their webhook.'}
        </p>
      </Nothing>
    );
  }
  return (
    <ol class="events" aria-label="Events, the latest first">
      {events.map((event) => (
        <li key={event.number}>
          <button type="button" onClick={() => onOpen(event.id)}>
            <time>{clockText(event.receivedAt)}</time>
            <Badge tone={toneOf(event)}>{`${event.kind} ${event.type}`}</Badge>
            <span class="who">
              <span aria-hidden="true">{event.direction === 'inbound' ? '←' : '→'}</span>{' '}
              <Written text={event.who ?? event.contact ?? 'nobody named'} />
            </span>
            <span class="says">
              <Written text={event.says} />
            </span>
            <span class="channel">{event.channel}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function toneOf({ kind, type }: LiveEvent): Tone {
  if (type === 'failed' || type === 'file failed') return 'bad';
  if (kind === 'message') return 'good';
  return kind === 'account' ? 'warn' : 'calm';
}

/** One event: what it says, what happened to it, and how it came. */
function Opened({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const opened = useRead('event', { id });
  const trace = useRead('trace', { id });
  const [event, ...others] = opened.value?.events ?? [];
  const isUnknown = opened.value !== undefined && event === undefined;
  return (
    <Sheet title={event === undefined ? 'Event' : `${event.kind} ${event.type}`} onClose={onClose}>
      <Fault says={opened.fault} />
      {opened.value === undefined && opened.fault === undefined && <Wait />}
      {isUnknown && (
        <Nothing title="Nothing is known of it">
          <p>
            What could not be stored lies among the <a href={linkTo('letters')}>dead letters</a>.
          </p>
        </Nothing>
      )}
      {event !== undefined && (
        <>
          <EventFacts event={event} />
          <Fault says={trace.fault} />
          <Trace steps={trace.value?.steps} />
          {[event, ...others].map((one) => (
            <Payload key={one.id} event={one} />
          ))}
        </>
      )}
    </Sheet>
  );
}

function EventFacts({ event }: { readonly event: OpenedEvent }) {
  const { content, contact, channel, who, wamid } = event;
  return (
    <section aria-label="What it says">
      {content !== null && (
        <div class="bubble inbound">
          <Said content={content} />
        </div>
      )}
      <dl class="facts">
        <dt>Contact</dt>
        <dd>
          <Written text={who} />{' '}
          {contact !== null && (
            <a href={linkTo('conversations', { channel, contact })}>{contact}</a>
          )}
        </dd>
        <dt>Channel</dt>
        <dd>{`${event.provider} ${channel}`}</dd>
        <dt>Event</dt>
        <dd>
          <code>{event.id}</code>
        </dd>
        {wamid !== null && (
          <>
            <dt>wamid</dt>
            <dd>
              <code>{wamid}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Trace({ steps }: { readonly steps: readonly Step[] | undefined }) {
  if (steps === undefined) return <Wait />;
  return (
    <section aria-labelledby="trace">
      <h3 id="trace">What happened</h3>
      <ol class="trace">
        {steps.map(({ at, what, where, isFault }, index) => (
          <li key={`${index} ${what}`} class={isFault ? 'bad' : ''}>
            <time>{clockText(at ?? null)}</time>
            <span>
              {what}
              <small>{` ${where}${gapOf(at, steps[index - 1]?.at)}`}</small>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function gapOf(at: number | undefined, before: number | undefined): string {
  if (at === undefined || before === undefined) return '';
  const ms = at - before;
  return ms < 10_000 ? `, after ${ms} ms` : `, after ${Math.round(ms / 1000)} s`;
}

function Payload({ event: { kind, type, payload } }: { readonly event: OpenedEvent }) {
  return (
    <details class="payload">
      <summary>{`Payload of ${kind} ${type}`}</summary>
      <pre tabIndex={0}>
        {payload === null ? 'It lies in S3, too big for a row.' : prettyJson(payload)}
      </pre>
    </details>
  );
}
