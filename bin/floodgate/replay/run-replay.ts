import { fitsFilter } from '../../../lambda/delivery/wanted.ts';
import type { RoutedEvent } from '../../../lambda/events/routed-event.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import type { ProgressBar } from '../terminal/progress-bar.ts';
import type { Archive } from './archived-events.ts';
import type { IsOfContact } from './contact-events.ts';
import { replayDollars } from './cost.ts';
import type { ReplayOrder } from './options.ts';
import { pacer } from './pacer.ts';
import { type ReplayPlan, type ReplaySources, replayedEvents } from './replayed-events.ts';
import type { ReplayReport } from './report.ts';
import { type ReplayProgress, sendReplay } from './send-replay.ts';
import { tablePages } from './table-events.ts';
import { emptyTally, type ReplayTally, sentOf, tallied, tallyObject, tallyPage } from './tally.ts';
import type { ReplayTarget } from './target.ts';

export interface ReplayRun {
  readonly order: ReplayOrder;
  readonly plan: ReplayPlan;
  readonly start: ReplayProgress;
  readonly target: ReplayTarget;
  /** Whether an event is among those that were named, where some were. */
  readonly isNamed: (event: RoutedEvent) => boolean;
  /** Undefined where all contacts are meant. */
  readonly isOfContact: IsOfContact | undefined;
  readonly keep: (progress: ReplayProgress) => Promise<void>;
}

export interface ReplayTools {
  readonly archive: Archive;
  readonly dynamodb: CallAws;
  readonly tableName: string;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

/** What one run came to, but for how it is called. */
export type RunOutcome = Omit<ReplayReport, 'replayId' | 'state' | 'isCutShort'> & {
  readonly progress: ReplayProgress;
};

/** Read units a second that are left to others. */
const READ_UNITS_PER_SECOND = 1000;
const DAY_MS = 86_400_000;

/** Reads what a replay is about, and sends it. */
export async function runReplay(run: ReplayRun, tools: ReplayTools): Promise<RunOutcome> {
  const { plan, start, keep, order } = run;
  const { signal, bar } = tools;
  const tally = emptyTally();
  const show = () => showProgress(plan, tally, bar);
  const target = tallied(inSteps(run.target, order.rate), tally, show);
  const events = replayedEvents(plan, sourcesOf(run, tools, tally, show), start.place);
  const deps = { target, keep, signal, now: () => performance.now() };
  const pace = pacer(order.rate, signal);
  const progress = await sendReplay(events, start, { ...deps, pace }).finally(bar.clear);
  return { progress, ...reportOf(run, tally, progress) };
}

/** What is sent, which takes long, beside what is read, of which it is known how much there is. */
function showProgress({ objects }: ReplayPlan, tally: ReplayTally, bar: ProgressBar): void {
  const sent = `${sentOf(tally)} deliveries;`;
  if (objects === undefined)
    bar.count(`${sent} units of the table read:`, Math.round(tally.readUnits));
  else bar.show(`${sent} archive read`, tally.objects.length, objects.length);
}

/** No more at once than may pass in a second. */
function inSteps(target: ReplayTarget, rate: number | 'max'): ReplayTarget {
  if (rate === 'max') return target;
  return { ...target, mostAtOnce: Math.min(target.mostAtOnce, Math.max(Math.floor(rate), 1)) };
}

function sourcesOf(
  { order, target, isNamed, isOfContact }: ReplayRun,
  { archive, dynamodb, tableName, signal }: ReplayTools,
  tally: ReplayTally,
  show: () => void,
): ReplaySources {
  const readUnits = pacer(READ_UNITS_PER_SECOND, signal);
  return {
    signal,
    archived: archive.read,
    isMeant: (event: RoutedEvent) =>
      isNamed(event) &&
      fitsFilter(order.filter, event) &&
      target.recipientsOf(event).length > 0 &&
      (isOfContact === undefined || isOfContact(event)),
    onArchived: (read, object) => {
      tallyObject(tally, read, object);
      show();
    },
    tablePages: async function* (span) {
      for await (const page of tablePages(dynamodb, tableName, span)) {
        await readUnits(page.units);
        yield page;
      }
    },
    onTablePage: (page) => {
      tallyPage(tally, page);
      show();
    },
  };
}

function reportOf({ plan, order }: ReplayRun, tally: ReplayTally, progress: ReplayProgress) {
  const { objects, readUnits, deliveredBytes, unreadable } = tally;
  const { events, deliveries } = progress;
  return {
    ...{ from: new Date(plan.from).toISOString(), to: new Date(plan.to).toISOString() },
    ...{ events, deliveries, unreadable },
    missing: Math.max(0, (plan.count ?? 0) - events),
    recipients: [...tally.recipients.values()],
    archiveObjects: objects.length,
    archiveBytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    isTableRead: order.isFromTable,
    dollars: replayDollars({
      ...{ objects, readUnits, deliveries, deliveredBytes },
      days: order.isFromTable ? 0 : Math.ceil((plan.to - plan.from) / DAY_MS),
      isQueued: order.toHost === undefined,
    }),
  };
}
