import { styleText } from 'node:util';
import type {
  CampaignAnswer,
  CampaignShown,
  CampaignsAnswer,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { drawColumns, span } from '../terminal/columns.ts';
import { allOf, doneOf } from './progress.ts';

type Stream = NodeJS.WritableStream;
type Fact = readonly [name: string, fact: string];
type State = CampaignAnswer['state'];
type Figures = NonNullable<CampaignShown['figures']>;
type Report = NonNullable<CampaignShown['report']>;
type Money = Figures['spent'];

const COLOURS: Readonly<Record<State, 'dim' | 'blue' | 'green' | 'yellow' | 'red'>> = {
  ...{ draft: 'dim', checking: 'dim', ready: 'green', scheduled: 'blue', running: 'blue' },
  ...{ paused: 'yellow', finished: 'green', cancelled: 'red' },
};

const HEADINGS = ['ID', 'NAME', 'STATE', 'PEOPLE', 'COST', 'START', 'CREATED'];

export function drawCampaigns({ campaigns, unreadable }: CampaignsAnswer, stream: Stream): string {
  const others = unreadable.map(
    (id) => `${styleText('red', 'unreadable', { stream })} ${id}: another release wrote it\n`,
  );
  if (campaigns.length === 0 && others.length === 0) {
    return 'There are no campaigns: npx floodgate campaign create --help\n';
  }
  const rows = campaigns.map((one) => [
    one.id,
    printable(one.name),
    drawState(one, stream),
    one.check === null ? '' : count(one.check.recipients),
    one.check === null ? '' : money(one.check.cost),
    one.startAt ?? '',
    one.createdAt,
  ]);
  const table = rows.length === 0 ? '' : `${drawColumns(HEADINGS, rows, stream).join('\n')}\n`;
  return `${table}${others.join('')}`;
}

function drawState({ state }: CampaignAnswer, stream: Stream): string {
  return styleText(COLOURS[state], state, { stream });
}

/** One campaign, a fact a line: what it is, and what it has come to, or what its check found. */
export function drawCampaign(shown: CampaignShown, stream: Stream): string {
  const { campaign, report } = shown;
  const hasBegun = campaign.changes.some(({ state }) => state === 'running');
  const rest = hasBegun
    ? drawFigures(shown, stream)
    : report === null
      ? ''
      : drawFound(shown, stream);
  return `${drawFacts(factsOf(campaign, stream), stream)}${rest}`;
}

function factsOf(one: CampaignAnswer, stream: Stream): Fact[] {
  const { startAt, timeZone, quiet, maxPerSecond, budget, because, stopAbove, changes } = one;
  const why = because === null ? '' : `: ${printable(because)}`;
  const map = Object.entries(one.map).map(([parameter, column]) => `${parameter}=${column}`);
  return [
    ['id', one.id],
    ['name', printable(one.name)],
    ['state', `${drawState(one, stream)}${why}`],
    ['channel', one.channel],
    ...one.variants.map(({ template, language, share }): Fact => {
      const part = one.variants.length > 1 ? `, share ${share}` : '';
      return ['template', `${template} ${language}${part}`];
    }),
    ...one.steps.map(({ template, language, afterHours, condition }): Fact => {
      const when = `${span(afterHours * 3_600_000)} later, ${condition.replace('_', ' ')}`;
      return ['then', `${template} ${language}, ${when}`];
    }),
    ...(one.triggered ? [['people', 'put in one by one'] as const] : []),
    ...(map.length > 0 ? [['map', printable(map.join(', '))] as const] : []),
    ['start', startAt === null ? 'when somebody starts it' : `${startAt}, ${timeZone}`],
    ...(quiet === null ? [] : [['quiet', `${quiet.from} to ${quiet.to}, ${timeZone}`] as const]),
    ...(maxPerSecond === null ? [] : [['rate', `${maxPerSecond} a second at most`] as const]),
    ['budget', budget === null ? 'none' : money(budget)],
    ['stops', `above ${percent(stopAbove.failed)} failed, ${percent(stopAbove.blocked)} blocked`],
    ...(one.retry?.because ? [['retry', printable(one.retry.because)] as const] : []),
    ...changes.map(({ at, state, by, because: reason }): Fact => {
      return [
        'changed',
        `${at} ${state} by ${by}${reason === null ? '' : `: ${printable(reason)}`}`,
      ];
    }),
  ];
}

/** What a check found, and what to do next. */
export function drawReport(shown: CampaignShown, stream: Stream): string {
  const { campaign } = shown;
  const { state, because } = campaign;
  const isReady = state === 'ready';
  const next = isReady ? nextOf(campaign) : mendOf(campaign);
  const facts: Fact[] = [['state', drawState(campaign, stream)]];
  const reason: Fact[] =
    isReady || because === null || hasFault(shown, because) ? [] : [['fault', printable(because)]];
  return `${drawFacts([...facts, ...reason], stream)}${drawFound(shown, stream)}\n${next}`;
}

function nextOf({ id, triggered }: CampaignAnswer): string {
  const start = `Start it: npx floodgate campaign start ${id}\n`;
  if (triggered) {
    return `${start}Then put somebody in: npx floodgate campaign add ${id} KEY --to NUMBER\n`;
  }
  return `Try it: npx floodgate campaign test ${id} --to NUMBER\n${start}`;
}

function mendOf({ id, triggered }: CampaignAnswer): string {
  return `Mend that, then: npx floodgate campaign check ${id}${triggered ? '' : ' --recipients FILE'}\n`;
}

function hasFault({ report }: CampaignShown, because: string): boolean {
  return report?.faults.some(({ text }) => text === because) === true;
}

function drawFound({ campaign, report, refusals }: CampaignShown, stream: Stream): string {
  if (report === null) return '';
  const refused = Object.entries(report.refused).toSorted(([, a], [, b]) => b - a);
  const rows = refused.reduce((sum, [, number]) => sum + number, 0);
  const facts: Fact[] = [
    ...report.faults.map(({ text, row, column }): Fact => {
      const places = [
        row === null ? '' : `row ${row}`,
        column === null ? '' : `column ${printable(column)}`,
      ].filter((place) => place !== '');
      const where = places.length === 0 ? '' : ` (${places.join(', ')})`;
      return ['fault', styleText('red', `${printable(text)}${where}`, { stream })];
    }),
    ...(report.faults.length === 0 ? foundFacts(campaign, report) : []),
    ...(campaign.triggered
      ? []
      : [['refused', rows === 0 ? 'no row' : `${count(rows)} rows`] as const]),
    ...refused.map(([reason, number]): Fact => ['', `${count(number)} ${reason}`]),
    ...(refusals === null
      ? []
      : [['', `which: npx floodgate campaign refusals ${campaign.id}`] as const]),
    ...report.warnings.map((text): Fact => ['warning', styleText('yellow', text, { stream })]),
  ];
  return drawFacts(facts, stream);
}

function foundFacts(campaign: CampaignAnswer, report: Report): Fact[] {
  const { quiet, startAt, steps, triggered } = campaign;
  if (triggered) return [['fills in', report.columns.join(', ') || 'nothing']];
  const { recipients, cost, costOfAllSteps, costs, rates, seconds, days, zones } = report;
  const by = rates === 'prices' ? 'by the prices given' : `by Meta's list prices of ${rates}`;
  const isByZone = zones.length > 1;
  const isBroken = quiet !== null || (startAt !== null && isByZone);
  return [
    ['people', count(recipients)],
    ['cost', `${money(cost)} at most, ${by}`],
    ...(steps.length > 0
      ? [['', `${money(costOfAllSteps)} if everybody gets all steps`] as const]
      : []),
    ...costs.map((one): Fact => {
      const amount = money({ amount: one.amount, currency: cost.currency });
      return ['', `${one.country} ${one.category}: ${count(one.recipients)} for ${amount}`];
    }),
    [
      'takes',
      `${span(seconds * 1000)} at the pace of the channel${isBroken ? ', within its hours' : ''}`,
    ],
    ...(days === null || days <= 1
      ? []
      : [['', `${days} days, by the limit of the portfolio`] as const]),
    ...(isByZone ? [['zones', String(zones.length)] as const] : []),
  ];
}

/** What it has come to so far. */
export function drawFigures({ campaign, figures }: CampaignShown, stream: Stream): string {
  if (figures === null) return '';
  const { recipients, waiting, reached, states, replied, failures, cost, spent, pending } = figures;
  const share = (number: number) =>
    reached.sent === 0 ? count(number) : `${count(number)} (${percent(number / reached.sent)})`;
  const passed = Object.entries(figures.passed);
  const others = (['held', 'uncertain', 'expired', 'cancelled'] as const).filter(
    (state) => states[state] > 0,
  );
  const isTested = campaign.variants.length > 1;
  return drawFacts(
    [
      ['people', `${count(recipients)}, of whom ${count(waiting)} wait`],
      ...passed.map(([reason, number]): Fact => ['left out', `${count(number)} ${reason}`]),
      ['sent', count(reached.sent)],
      ['delivered', share(reached.delivered)],
      ['read', share(reached.read)],
      ['replied', share(replied)],
      ['failed', count(states.failed)],
      ...failures.map(
        (one): Fact => ['', `${count(one.messages)} ${one.class} ${one.code}`.trim()],
      ),
      ...others.map((state): Fact => [state, count(states[state])]),
      ...figures.steps.map((one): Fact => stepFact(figures, one)),
      ...againFacts(campaign, figures),
      ['cost', spentText({ spent, pending }, campaign)],
      ...cost.map(({ country, category, amount }): Fact => {
        return ['', `${country} ${category}: ${money({ amount, currency: spent.currency })}`];
      }),
      ...(isTested
        ? figures.byVariant
            .filter(({ step }) => step === 0)
            .map((one) => variantFact(campaign, one))
        : []),
    ],
    stream,
  );
}

function stepFact(
  { byVariant }: Figures,
  { step, recipients, waiting, passed }: Figures['steps'][number],
): Fact {
  const all = byVariant.filter((one) => one.step === step);
  const sum = (of: (states: Figures['states']) => number) =>
    all.reduce((total, { states }) => total + of(states), 0);
  const sent = sum((one) => one.sent + one.held + one.delivered + one.read);
  const left = Object.entries(passed).map(([reason, number]) => `${count(number)} ${reason}`);
  const counts = [`${count(sent)} sent`, `${count(sum(({ read }) => read))} read`, ...left];
  return [
    `step ${step}`,
    `${count(recipients)}, of whom ${count(waiting)} wait: ${counts.join(', ')}`,
  ];
}

function againFacts({ id, state }: CampaignAnswer, { again, retriable }: Figures): Fact[] {
  const { now, later } = retriable;
  const isOffered = again.recipients > 0;
  return [
    ...(isOffered
      ? [['again', `${count(again.recipients)}, of whom ${count(again.waiting)} wait`] as const]
      : []),
    ...(state === 'finished' && now + later > 0
      ? [
          ['', `of what failed ${count(now + later)} can be offered again:`] as const,
          ['', `npx floodgate campaign retry-failed ${id}`] as const,
        ]
      : []),
  ];
}

function variantFact(
  { variants }: CampaignAnswer,
  { variant, states, replied }: Figures['byVariant'][number],
): Fact {
  const { template = '', language = '' } = variants[variant] ?? {};
  const delivered = states.delivered + states.read;
  const sent = states.sent + states.held + delivered;
  const counts = `${count(sent)} sent, ${count(delivered)} delivered, ${count(states.read)} read`;
  return ['variant', `${template} ${language}: ${counts}, ${count(replied)} replied`];
}

/** How far it is, in one line. @param length `short` where a bar stands before it, with state and numbers */
export function drawProgress(
  { campaign, figures }: CampaignShown,
  perSecond: number,
  length: 'short' | 'long',
): string {
  const { state, because } = campaign;
  const head = because === null ? state : `${state} (${printable(because)})`;
  if (figures === null) return length === 'short' ? '' : head;
  const { reached, states } = figures;
  const [done, recipients] = [doneOf({ figures }), allOf(figures)];
  const isMoving = state === 'running' && perSecond > 0;
  const parts = [
    ...(length === 'long' ? [head, `${count(done)} of ${count(recipients)}`] : []),
    ...(isMoving
      ? [`${perSecond}/s`, `${span(((recipients - done) / perSecond) * 1000)} left`]
      : []),
    `sent ${count(reached.sent)}`,
    `delivered ${count(reached.delivered)}`,
    `read ${count(reached.read)}`,
    ...(states.failed > 0 ? [`failed ${count(states.failed)}`] : []),
    ...(states.uncertain > 0 ? [`uncertain ${count(states.uncertain)}`] : []),
    `cost ${spentText(figures, campaign)}`,
  ];
  return parts.join('  ');
}

function spentText(
  { spent, pending }: Pick<Figures, 'spent' | 'pending'>,
  { budget }: CampaignAnswer,
): string {
  const of = budget === null ? '' : ` of ${money(budget)}`;
  const more = pending.amount > 0 ? `, and ${money(pending)} if all is delivered` : '';
  return `${money(spent)}${of}${more}`;
}

function drawFacts(facts: readonly Fact[], stream: Stream): string {
  return facts
    .map(([name, fact]) => `${styleText('dim', name.padEnd(10), { stream })}${fact}\n`)
    .join('');
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(100 * share).toLocaleString('en-US', { maximumFractionDigits: 1 })}%`;
}

/** Of what costs less than one, two digits would say nothing. */
function money({ amount, currency }: Money): string {
  const digits = amount > 0 && amount < 1 ? 4 : 2;
  const shown = { minimumFractionDigits: 2, maximumFractionDigits: digits };
  return `${amount.toLocaleString('en-US', shown)} ${currency}`;
}
