import type { CampaignShown } from '../answers.ts';

type Figures = Pick<NonNullable<CampaignShown['figures']>, 'recipients' | 'states' | 'passed'>;

/** What became of some of a campaign's people. */
export interface ProgressPart {
  readonly is: 'read' | 'delivered' | 'sent' | 'failed' | 'skipped' | 'waiting';
  readonly count: number;
  /** Of all people, where it begins and how much it is. */
  readonly from: number;
  readonly share: number;
}

/** What became of all people, the furthest first. */
export function progressOf({ recipients, states, passed }: Figures): readonly ProgressPart[] {
  const skipped = Object.values(passed).reduce((sum, count) => sum + count, 0);
  const counts = {
    read: states.read,
    delivered: states.delivered,
    sent: states.sent + states.held + states.uncertain,
    failed: states.failed + states.expired + states.cancelled,
    skipped,
  };
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const all = Math.max(recipients, known, 1);
  let from = 0;
  const part = (is: ProgressPart['is'], count: number): ProgressPart => {
    const begins = from;
    from += count / all;
    return { is, count, from: begins, share: count / all };
  };
  return [
    part('read', counts.read),
    part('delivered', counts.delivered),
    part('sent', counts.sent),
    part('failed', counts.failed),
    part('skipped', counts.skipped),
    part('waiting', Math.max(recipients - known, 0)),
  ];
}
