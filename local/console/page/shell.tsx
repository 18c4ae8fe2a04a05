import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OverviewAnswer } from '../answers.ts';
import { Guarded } from './parts/guarded.tsx';
import { Icon, type IconName } from './parts/icons.tsx';
import { Fault, Wait } from './parts/pieces.tsx';
import { linkTo, type Route, routeOf, type ViewName } from './route.ts';
import { usePolled } from './use-polled.ts';
import type { ViewProps } from './view-props.ts';
import { Api } from './views/api.tsx';
import { Campaigns } from './views/campaigns.tsx';
import { Channels } from './views/channels.tsx';
import { Conversations } from './views/conversations.tsx';
import { Dashboard } from './views/dashboard.tsx';
import { Letters } from './views/letters.tsx';
import { Live } from './views/live.tsx';
import { Overview } from './views/overview.tsx';
import { Phones } from './views/phones.tsx';
import { Subscribers } from './views/subscribers.tsx';

interface View {
  readonly title: string;
  readonly icon: IconName;
  readonly show: (props: ViewProps) => JSX.Element;
  /** Whether a stack has it. @default each has */
  readonly isThere?: (has: OverviewAnswer['has']) => boolean;
}

const VIEWS: Readonly<Record<ViewName, View>> = {
  overview: { title: 'Overview', icon: 'overview', show: Overview },
  live: { title: 'Live', icon: 'live', show: Live },
  conversations: { title: 'Conversations', icon: 'conversations', show: Conversations },
  campaigns: { title: 'Campaigns', icon: 'campaigns', show: Campaigns },
  channels: { title: 'Channels', icon: 'channels', show: Channels },
  subscribers: { title: 'Subscribers', icon: 'subscribers', show: Subscribers },
  letters: { title: 'Dead letters', icon: 'letters', show: Letters },
  phones: {
    ...{ title: 'WhatsApp', icon: 'phones', show: Phones },
    isThere: ({ phones }) => phones,
  },
  dashboard: {
    ...{ title: 'Dashboard', icon: 'dashboard', show: Dashboard },
    isThere: ({ dashboard }) => dashboard,
  },
  api: { title: 'API', icon: 'api', show: Api },
};

const OVERVIEW_EVERY_MS = 1_500;
const OF_AWS_EVERY_MS = 10_000;

export function Shell() {
  const { view, about } = useRoute();
  const [everyMs, setEveryMs] = useState(OVERVIEW_EVERY_MS);
  const { value: overview, fault } = usePolled('overview', {}, everyMs);
  const isOfAws = overview?.isLocal === false;
  useEffect(() => setEveryMs(isOfAws ? OF_AWS_EVERY_MS : OVERVIEW_EVERY_MS), [isOfAws]);
  const { title, show: Shown } = VIEWS[view];
  useEffect(() => {
    document.title = `${title} · Floodgate`;
  }, [title]);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <Navigation current={view} overview={overview} />
      <main id="main" tabIndex={-1}>
        <h1 class={view === 'overview' ? 'unseen' : ''}>{title}</h1>
        <Fault says={fault} />
        {overview === undefined ? (
          <Wait />
        ) : (
          <Guarded key={view}>
            <Shown overview={overview} about={about} />
          </Guarded>
        )}
      </main>
    </>
  );
}

/** No link: what stands behind the `#` of an address is the view. */
function skip(): void {
  document.getElementById('main')?.focus();
}

function Navigation({
  current,
  overview,
}: {
  readonly current: ViewName;
  readonly overview: OverviewAnswer | undefined;
}) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // On a narrow screen the views stand in a row that is wider.
    const link = list.current?.querySelector('[aria-current]');
    link?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current, overview === undefined]);
  const names = Object.keys(VIEWS).map((name) => routeOf(name).view);
  const shown = names.filter(
    (name) => overview === undefined || VIEWS[name].isThere?.(overview.has) !== false,
  );
  return (
    <header class="side">
      <a class="brand" href={linkTo('overview')}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M7 12c3-3 6-3 9 0s6 3 9 0M7 18c3-3 6-3 9 0s6 3 9 0M7 24c3-3 6-3 9 0s6 3 9 0" />
        </svg>
        Floodgate
      </a>
      <nav aria-label="Views">
        <ul ref={list}>
          {shown.map((name) => (
            <li key={name}>
              <a href={linkTo(name)} aria-current={name === current ? 'page' : undefined}>
                <Icon name={VIEWS[name].icon} />
                {VIEWS[name].title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {overview !== undefined && (
        <p class="stack">
          <strong>{overview.isLocal ? 'On this machine' : overview.stack}</strong>
          <span>{overview.url.replace(/^https?:\/\//, '')}</span>
        </p>
      )}
    </header>
  );
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => {
      setHash(location.hash);
      // What was read of a page does not say where the next one begins.
      window.scrollTo(0, 0);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return routeOf(hash);
}
