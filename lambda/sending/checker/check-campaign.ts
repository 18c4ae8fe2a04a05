import { BY_ITSELF, type Campaign, type CampaignCheck, moved } from '../../campaigns/campaign.ts';
import type { CampaignTable, StoredCampaign } from '../../campaigns/campaign-table.ts';
import type { Cursor } from '../../campaigns/cursor.ts';
import { partKey, refusalsKey, uploadKey } from '../../campaigns/part.ts';
import { FileFault } from '../../campaigns/recipients/file-fault.ts';
import { type NameSet, nameSet } from '../../campaigns/recipients/number-set.ts';
import { readRows } from '../../campaigns/recipients/read-rows.ts';
import { mappingOf, rulesOf } from '../../campaigns/recipients/rules.ts';
import type { CheckReport } from '../../campaigns/report.ts';
import { parametersOf } from '../../campaigns/templates/rendering.ts';
import { timeZonesOf } from '../../campaigns/zones.ts';
import type { Ask } from '../../channels/ask.ts';
import { type Channel, lanesOf } from '../../channels/channel.ts';
import type { MetricName } from '../../metric-names.ts';
import type { CheckRequest } from '../check-request.ts';
import type { CheckPlace, Findings } from './findings-table.ts';
import type { ReadOptOuts } from './opt-outs-table.ts';
import { type Plan, plan } from './plan.ts';
import { readRecipients, type Tally } from './read-recipients.ts';
import { type Looked, reportOf } from './report-of.ts';
import type { GrowingTexts } from './s3-growing-texts.ts';
import type { OpenUpload } from './s3-upload.ts';

export interface CheckDeps {
  readonly campaigns: Pick<CampaignTable, 'get' | 'update'>;
  readonly findings: Findings;
  readonly readChannel: (id: string, signal: AbortSignal) => Promise<Channel | undefined>;
  /** Undefined where the channel has no token. */
  readonly askBy: (channel: Channel, signal: AbortSignal) => Promise<Ask | undefined>;
  readonly openUpload: OpenUpload;
  readonly optedOut: ReadOptOuts;
  /** Other names of who has a BSUID. */
  readonly aliasesOf: (channel: string, userId: string) => Promise<readonly string[]>;
  readonly newTexts: () => Promise<GrowingTexts>;
  readonly newId: () => string;
  /** A random number for tables of names. */
  readonly seed: number;
  readonly campaignDays: number;
  readonly now: () => number;
  readonly count: (metric: MetricName) => void;
}

const DAY_SECONDS = 86_400;

/**
 * Checks a campaign whose check is asked for, and says what it found: then it is `ready`, or a draft again.
 *
 * Whoever begins raises the campaign's revision, and everything is written on the condition of that. Of two who
 * check the same, the later one's is kept; where somebody changed the campaign meanwhile, nobody's.
 */
export async function checkCampaign(
  { campaign: id, check }: CheckRequest,
  signal: AbortSignal,
  deps: CheckDeps,
): Promise<void> {
  const begun = await begin(id, check, signal, deps);
  if (begun === undefined) return;
  const { campaign, revision } = begun;
  await using texts = await deps.newTexts();
  const name = `${check}.${deps.newId()}`;
  const looked = await look(campaign, texts, signal, deps);
  const report = reportOf(campaign, looked, {
    // When it began: who was forgotten since then is left out.
    ...{ check: name, at: campaign.updatedAt, campaignDays: deps.campaignDays },
  });
  // A campaign that waits for its start needs them longer than its files.
  const expiresAt = Math.ceil(deps.now() / 1000) + 2 * deps.campaignDays * DAY_SECONDS;
  const place = { campaign: id, revision, expiresAt };
  const result = { report, looked, place };
  await store(campaign, texts, result, signal, deps);
  await deps.findings.putReport(place, report, signal);
  if (await deps.campaigns.update(begun, settled(campaign, result), signal)) {
    deps.count(report.faults.length === 0 ? 'CampaignReady' : 'CampaignRefused');
  }
}

/** Whether somebody still waits for this check of a campaign. */
function isAskedFor({ state, checking }: Campaign, check: string): boolean {
  return state === 'checking' && checking === check;
}

async function begin(
  id: string,
  check: string,
  signal: AbortSignal,
  { campaigns, now }: CheckDeps,
): Promise<StoredCampaign | undefined> {
  const stored = await campaigns.get(id, signal);
  if (stored === undefined || !isAskedFor(stored.campaign, check)) return undefined;
  const campaign = { ...stored.campaign, updatedAt: now() };
  const isBegun = await campaigns.update(stored, campaign, signal);
  return isBegun ? { campaign, revision: stored.revision + 1 } : undefined;
}

async function look(
  campaign: Campaign,
  texts: GrowingTexts,
  signal: AbortSignal,
  deps: CheckDeps,
): Promise<Looked> {
  const channel = await deps.readChannel(campaign.channel, signal);
  const ask = channel && (await deps.askBy(channel, signal));
  const planned = await plan(campaign, { channel, ask, now: deps.now });
  if (!planned.ok) return planned;
  if (campaign.isTriggered) return triggered(campaign, planned.plan, deps);
  let looked: Looked = { plan: planned.plan, faults: [] };
  const reading = new AbortController();
  try {
    const until = AbortSignal.any([signal, reading.signal]);
    const upload = await deps.openUpload(uploadKey(campaign.id), until);
    if (upload === undefined) throw new FileFault('nobody put up a file of recipients');
    looked = { ...looked, etag: upload.etag };
    const rows = await readRows(upload.bytes);
    looked = { ...looked, columns: rows.columns };
    const optedOut = await optedOutOf(campaign, planned.plan, signal, deps);
    const judged = rulesOf(campaign, planned.plan, rows.columns, optedOut);
    if ('faults' in judged) return { ...looked, faults: judged.faults };
    const tally = await readRecipients(campaign, planned.plan, rows, judged.rules, {
      ...{ texts, signal, taken: nameSet(deps.seed) },
      aliasesOf: (userId) => deps.aliasesOf(campaign.channel, userId),
    });
    return { ...looked, tally, faults: faultsIn(tally) };
  } catch (error) {
    if (error instanceof FileFault) return { ...looked, faults: [error.fault] };
    throw error;
  } finally {
    // What is at fault is not read to its end.
    reading.abort();
  }
}

/** In place of that of a file, which it has none of. */
const NO_FILE = '';

/** Of a triggered campaign: who is put into it is checked by the same rules, one by one. */
function triggered(campaign: Campaign, plan: Plan, { seed }: CheckDeps): Looked {
  const columns = parametersOf([...plan.variants, ...plan.steps]);
  const mapping = mappingOf(columns);
  const judged = rulesOf({ ...campaign, ...mapping }, plan, mapping.columns, nameSet(seed));
  return { plan, columns, etag: NO_FILE, faults: 'faults' in judged ? judged.faults : [] };
}

async function optedOutOf(
  { tenant }: Campaign,
  { category }: Plan,
  signal: AbortSignal,
  { optedOut, seed }: CheckDeps,
): Promise<Pick<NameSet, 'has'>> {
  return category === 'marketing' ? await optedOut(tenant, signal) : nameSet(seed);
}

function faultsIn({ parts, refused }: Tally) {
  if (parts.size > 0) return [];
  const rows = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const text =
    rows === 0
      ? 'the file has no rows but the names of its columns'
      : 'none of the rows can be sent to: see why in the list of refusals';
  return [{ text }];
}

interface Result {
  readonly report: CheckReport;
  readonly looked: Looked;
  readonly place: CheckPlace;
}

/** Parts before what names them, and before anybody may start. */
async function store(
  campaign: Campaign,
  texts: GrowingTexts,
  { report: { check, faults }, looked: { tally }, place }: Result,
  signal: AbortSignal,
  { findings }: CheckDeps,
): Promise<void> {
  if (tally === undefined) return;
  const { id } = campaign;
  const keyOf = (name: string) => {
    const part = tally.parts.get(name);
    return part === undefined ? refusalsKey(id, check) : partKey(id, check, part.zone, part.track);
  };
  await texts.store(keyOf, signal);
  if (faults.length > 0) return;
  const sizes = texts.sizes();
  const cursors = [...tally.parts].map(
    ([name, { zone, track, lines }]): Cursor => ({
      ...{ zone, track, lines, timeZones: timeZonesOf(zone, campaign) },
      bytes: sizes.get(name) ?? 0,
      ...{ done: 0, offset: 0, hours: {}, passed: {}, isOver: false, movedAt: 0 },
    }),
  );
  await findings.putCursors(place, cursors, signal);
}

/** As the check leaves it. */
function settled(campaign: Campaign, { report, looked }: Result): Campaign {
  const { checking: _, check: __, portfolioLimit: ___, ...rest } = campaign;
  const [fault] = report.faults;
  const change = { at: report.at, by: BY_ITSELF };
  const { plan: found, etag } = looked;
  if (fault !== undefined || found === undefined || etag === undefined) {
    return moved(rest, { ...change, state: 'draft', because: fault?.text ?? '' });
  }
  const { portfolioLimit } = found;
  const checked = { ...rest, check: checkOf(report, found, etag) };
  return moved(portfolioLimit === undefined ? checked : { ...checked, portfolioLimit }, {
    ...{ ...change, state: 'ready' },
  });
}

function checkOf(
  report: CheckReport,
  { category, channel, prices }: Plan,
  etag: string,
): CampaignCheck {
  const refused = Object.values(report.refused).reduce((sum, count) => sum + count, 0);
  return {
    ...{ id: report.check, at: report.at, etag, category, refused },
    tracks: lanesOf(channel),
    ...{ recipients: report.recipients, cost: report.cost },
    // Who is to come is not known where the campaign is a triggered one.
    dearestMicros:
      report.costs.length === 0
        ? prices.dearestMicros
        : Math.max(...report.costs.map(({ micros, recipients }) => Math.ceil(micros / recipients))),
  };
}

/** Gives a check up that could not be done: nobody knows what it would have found. */
export async function giveUpCheck(
  { campaign: id, check }: CheckRequest,
  because: string,
  signal: AbortSignal,
  { campaigns, now }: Pick<CheckDeps, 'campaigns' | 'now'>,
): Promise<void> {
  const stored = await campaigns.get(id, signal);
  if (stored === undefined || !isAskedFor(stored.campaign, check)) return;
  const { checking: _, ...rest } = stored.campaign;
  const change = { at: now(), by: BY_ITSELF, state: 'draft', because } as const;
  await campaigns.update(stored, moved(rest, change), signal);
}
