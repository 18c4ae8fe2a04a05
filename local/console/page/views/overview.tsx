import type { PartAnswer, PartId } from '../../answers.ts';
import { plural, rateText, spanText } from '../format.ts';
import { Icon } from '../parts/icons.tsx';
import { CommandLine, Sparkline, Wrong } from '../parts/pieces.tsx';
import { linkTo } from '../route.ts';
import type { ViewProps } from '../view-props.ts';

interface PartWords {
  readonly name: string;
  /** What it is, in a few words. */
  readonly is: string;
  /** What flows through it. */
  readonly unit: string;
}

const WORDS: Readonly<Record<PartId, PartWords>> = {
  webhooks: { name: 'Webhooks', is: 'come in, signed', unit: 'requests/s' },
  inbox: { name: 'Inbox', is: 'keeps them in order', unit: 'events/s' },
  table: { name: 'Table', is: 'stores each once', unit: 'events/s' },
  deliveries: { name: 'Deliveries', is: 'to your software', unit: 'events/s' },
  media: { name: 'Media', is: 'files of messages', unit: 'files/s' },
  archive: { name: 'Archive', is: 'every event, in S3', unit: 'events/s' },
  outbox: { name: 'Outbox', is: 'what waits to be sent', unit: 'wakes/s' },
  sent: { name: 'Sent', is: 'paced, once', unit: 'messages/s' },
};

export function Overview({ overview }: ViewProps) {
  const { parts, wrong } = overview;
  const part = (id: PartId) => parts.find((one) => one.id === id);
  const isFlowing = (id: PartId) => (part(id)?.rate ?? 0) > 0;
  const isQuiet = parts.every(({ points }) => points.every((value) => !value));
  return (
    <div class="overview">
      <Health wrong={wrong} isQuiet={isQuiet} />
      {isQuiet && overview.isLocal && <First />}
      <div class="ways">
        <section class="in" aria-labelledby="in">
          <h2 id="in">Received</h2>
          <div class="way">
            <Part part={part('webhooks')} />
            <Arrow isFlowing={isFlowing('webhooks')} />
            <Part part={part('inbox')} />
            <Arrow isFlowing={isFlowing('table')} />
            <Part part={part('table')} />
          </div>
        </section>
        <Fan isFlowing={isFlowing('table')} />
        <section class="ends" aria-label="Handed on">
          <Part part={part('deliveries')} />
          <Part part={part('media')} />
          <Part part={part('archive')} />
        </section>
        <section class="out" aria-labelledby="out">
          <h2 id="out">Sent</h2>
          <div class="way">
            <Part part={part('outbox')} />
            <Arrow isFlowing={isFlowing('sent')} />
            <Part part={part('sent')} />
          </div>
        </section>
      </div>
    </div>
  );
}

function Health({
  wrong,
  isQuiet,
}: Pick<ViewProps['overview'], 'wrong'> & { readonly isQuiet: boolean }) {
  if (wrong.length === 0) {
    return (
      <p class="health good">
        <span class="dot good" aria-hidden="true" />
        <strong>All is well.</strong>{' '}
        {isQuiet ? 'Nothing has come in the last minutes.' : 'Everything flows.'}
      </p>
    );
  }
  return (
    <section class="health bad" aria-label="What is wrong">
      <h2>{wrong.length === 1 ? 'One thing needs you' : `${wrong.length} things need you`}</h2>
      <ul>
        {wrong.map((one) => (
          <Wrong key={one.what} {...one} />
        ))}
      </ul>
    </section>
  );
}

/** For whoever sees it for the first time. */
function First() {
  return (
    <section class="first" aria-labelledby="first">
      <h2 id="first">Send it a busy minute</h2>
      <p>
        From a second terminal, signed as WhatsApp signs, some of it twice and all of it out of
        order:
      </p>
      <CommandLine line="npx floodgate send --contacts 200 --messages 2000 --statuses 6000 --batch 5 --duplicates 10% --shuffle" />
      <p>
        Or write one message yourself, as a person: <a href={linkTo('phones')}>WhatsApp</a>.
      </p>
    </section>
  );
}

const LINKS: Readonly<Partial<Record<PartId, string>>> = {
  webhooks: linkTo('live'),
  deliveries: linkTo('subscribers'),
  sent: linkTo('campaigns'),
};

function Part({ part }: { readonly part: PartAnswer | undefined }) {
  if (part === undefined) return null;
  const { id, rate, points, wrong } = part;
  const { name, is, unit } = WORDS[id];
  const link = LINKS[id];
  const isBad = wrong.length > 0;
  return (
    <article class={`part ${isBad ? 'bad' : ''}`} aria-labelledby={`part-${id}`}>
      <header>
        <Icon name={id} />
        <h3 id={`part-${id}`}>{link === undefined ? name : <a href={link}>{name}</a>}</h3>
        <span
          class={`dot ${isBad ? 'bad' : 'good'}`}
          title={isBad ? 'something is wrong' : 'well'}
        />
      </header>
      <p class="is">{is}</p>
      <p class="rate">
        <strong>{rateText(rate)}</strong> <span>{unit}</span>
      </p>
      <Sparkline points={points} />
      <Waiting part={part} />
      {isBad && <p class="alarm">{shortOf(wrong)}</p>}
    </article>
  );
}

/** What is wrong, in as much as a card has room for: all of it stands above. */
function shortOf([first]: PartAnswer['wrong']): string {
  const [clause = ''] = (first?.what ?? '').split(/;|: /);
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}

/** What has waited for longer is worth a look; alarms speak later. */
const LONG_SECONDS = 120;

function Waiting({ part: { id, waiting, oldestSeconds } }: { readonly part: PartAnswer }) {
  if (waiting === null) {
    return <p class="waits">{id === 'deliveries' ? 'nobody subscribes yet' : '\u00a0'}</p>;
  }
  if (waiting === 0) return <p class="waits">nothing waits</p>;
  const age =
    oldestSeconds === null || oldestSeconds < 1 ? '' : `, oldest ${spanText(oldestSeconds)}`;
  const isLong = oldestSeconds !== null && oldestSeconds >= LONG_SECONDS;
  return (
    <p class={`waits ${isLong ? 'long' : ''}`}>{`${plural(waiting, 'waits', 'wait')}${age}`}</p>
  );
}

function Arrow({ isFlowing }: { readonly isFlowing: boolean }) {
  return (
    <svg class={`arrow ${isFlowing ? 'flows' : ''}`} viewBox="0 0 40 16" aria-hidden="true">
      <path d="M1 8h32" />
      <path class="head" d="M32 3l6 5-6 5" />
    </svg>
  );
}

/** From one to three that stand above each other. */
function Fan({ isFlowing }: { readonly isFlowing: boolean }) {
  return (
    <svg
      class={`fan ${isFlowing ? 'flows' : ''}`}
      viewBox="0 0 40 300"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d="M0 80c20 0 20-30 40-30M0 80c24 0 16 70 40 70M0 80c28 0 12 170 40 170" />
    </svg>
  );
}
