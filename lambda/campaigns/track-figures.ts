import { isText } from '../shared/json/checks.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { readVersioned, writeVersioned } from '../shared/json/versioned.ts';
import { OUTGOING_STATES, type OutgoingState } from '../table/outgoing-message.ts';
import { addCounts, asCounts, type Counts } from './counts.ts';
import type { CountedChange } from './figures.ts';
import { type Outcomes, withOutcomes } from './outcomes.ts';

/** What the messages of a track have come to. */
export interface TrackFigures {
  readonly counts: Counts;
  readonly outcomes: Outcomes;
}

export const NO_FIGURES: TrackFigures = { counts: {}, outcomes: '' };

export function withChanges(
  { counts, outcomes }: TrackFigures,
  changes: readonly CountedChange[],
): TrackFigures {
  return {
    counts: addCounts([counts, ...changes.map(({ difference }) => difference)]),
    outcomes: withOutcomes(
      outcomes,
      changes.flatMap(({ outcome }) => outcome ?? []),
    ),
  };
}

const KEPT = { what: 'figures', version: 1 };

export function writeFigures({ counts, outcomes }: TrackFigures): string {
  return writeVersioned(KEPT, { counts, outcomes });
}

/** Throws on what `writeFigures` did not write. */
export function readFigures(text: string): TrackFigures {
  const kept = readVersioned(KEPT, text);
  const outcomes = memberOf(kept, 'outcomes');
  if (typeof outcomes !== 'string' || !isText(outcomes)) throw new Error('figures, by outcomes');
  return { counts: asCounts(memberOf(kept, 'counts')), outcomes };
}

type States = Readonly<Record<OutgoingState, number>>;

/** What a campaign has come to, as people ask for it. */
export interface CampaignFigures {
  /** Messages by the state they are in, each in one. `sending` is always 0: nothing is known of those yet. */
  readonly states: States;
  /** How many got so far, whatever came after: one that was read was delivered too. */
  readonly reached: { readonly sent: number; readonly delivered: number; readonly read: number };
  readonly replied: number;
  readonly failures: readonly {
    readonly class: string;
    /** The provider's; empty where it named none. */
    readonly code: string;
    readonly messages: number;
  }[];
  readonly byVariant: readonly {
    readonly variant: number;
    readonly step: number;
    readonly states: States;
    readonly replied: number;
  }[];
  /** Of what was delivered, in millionths of the unit of the currency of the campaign's check. */
  readonly cost: readonly {
    readonly country: string;
    readonly category: string;
    readonly micros: number;
  }[];
  readonly costMicros: number;
  /** What the provider took costs so much more if all of it is delivered. */
  readonly pendingMicros: number;
  /** How often a message was offered again after it had failed. */
  readonly again: number;
  /** Of a triggered campaign: who was put into it, by the message that they wait for, or would get next. */
  readonly triggered: readonly TriggeredFigures[];
}

interface TriggeredFigures {
  readonly step: number;
  readonly waiting: number;
  /** Who waits no more, by the reason. */
  readonly ended: Readonly<Record<string, number>>;
}

const PENDING = 'pending';
const AGAIN = 'again';

const NO_STATES: States = {
  ...{ queued: 0, sending: 0, sent: 0, held: 0, delivered: 0, read: 0 },
  ...{ failed: 0, uncertain: 0, cancelled: 0, expired: 0 },
};

/** @param counts of all tracks together */
export function campaignFigures(counts: Counts): CampaignFigures {
  const of = (kind: string) =>
    Object.entries(counts)
      .map(([name, count]) => ({ path: name.split('.'), count }))
      .filter(({ path }) => path[0] === kind);
  const parts = Map.groupBy([...of('state'), ...of('replied')], ({ path }) =>
    path.slice(1, 3).join('.'),
  );
  const byVariant = [...parts].map(([part, found]) => {
    const [variant = 0, step = 0] = part.split('.').map(Number);
    const states = { ...NO_STATES };
    let replied = 0;
    for (const { path, count } of found) {
      const state = OUTGOING_STATES.find((one) => one === path[3]);
      if (state === undefined) replied += count;
      else states[state] += count;
    }
    return { variant, step, states, replied };
  });
  const states = { ...NO_STATES };
  for (const part of byVariant) {
    for (const state of OUTGOING_STATES) states[state] += part.states[state];
  }
  const cost = of('cost').map(({ path: [, country = '', category = ''], count: micros }) => ({
    ...{ country, category, micros },
  }));
  const delivered = states.delivered + states.read;
  return {
    states,
    reached: { sent: states.sent + states.held + delivered, delivered, read: states.read },
    replied: byVariant.reduce((sum, part) => sum + part.replied, 0),
    failures: of('failed').map(({ path: [, errorClass = '', code = ''], count: messages }) => ({
      ...{ class: errorClass, code, messages },
    })),
    byVariant: byVariant.toSorted((a, b) => a.step - b.step || a.variant - b.variant),
    cost,
    costMicros: cost.reduce((sum, { micros }) => sum + micros, 0),
    pendingMicros: counts[PENDING] ?? 0,
    again: counts[AGAIN] ?? 0,
    triggered: triggeredFigures([...of('waiting'), ...of('ended')]),
  };
}

function triggeredFigures(
  found: readonly { readonly path: readonly string[]; readonly count: number }[],
): CampaignFigures['triggered'] {
  const steps = Map.groupBy(found, ({ path }) => Number(path[1]));
  return [...steps]
    .map(([step, counted]) => ({
      step,
      waiting: counted.find(({ path }) => path[0] === 'waiting')?.count ?? 0,
      ended: Object.fromEntries(
        counted.flatMap(({ path: [, , reason], count }) =>
          reason === undefined ? [] : [[reason, count] as const],
        ),
      ),
    }))
    .toSorted((one, other) => one.step - other.step);
}
