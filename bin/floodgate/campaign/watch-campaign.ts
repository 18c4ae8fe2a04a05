import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignShown } from '../../../lambda/sending/campaigns/schemas.ts';
import { isTerminal, type ProgressBar, progressBar } from '../terminal/progress-bar.ts';
import { drawFigures, drawProgress } from './draw.ts';
import { allOf, doneOf, isCounted, paceMeter } from './progress.ts';
import { readCampaign, type Work } from './work.ts';

const ASK_EVERY_MS = 1000;
/** Of lines in a pipe, where nothing but numbers changed. */
const LINE_EVERY_MS = 5000;
/** For so long after the last was sent figures may come. */
const COUNTED_WITHIN_MS = 15_000;

/** In these it goes on. */
const UNDER_WAY: readonly string[] = ['checking', 'scheduled', 'running'];

/** Shows how far a campaign is until it is finished, or goes on no more. */
export async function watchCampaign(work: Work, id: string): Promise<number> {
  const { api, options, stdout, stderr } = work;
  const bar = progressBar(stderr);
  const lookAt = lookerOf();
  const say = sayerOf(work, bar.clear);
  for (;;) {
    const look = lookAt(await readCampaign(api, id));
    say(look);
    if (!look.isLast) {
      if (!options.isJson) showOn(bar, look);
      await sleep(ASK_EVERY_MS);
      continue;
    }
    bar.clear();
    if (!options.isJson) stdout.write(drawFigures(look.shown, stdout));
    return look.shown.campaign.state === 'finished' ? 0 : 1;
  }
}

interface Look {
  readonly shown: CampaignShown;
  readonly at: number;
  readonly perSecond: number;
  /** Whether nothing more is to be seen. */
  readonly isLast: boolean;
}

function lookerOf(): (shown: CampaignShown) => Look {
  const measure = paceMeter();
  let endedAt: number | undefined;
  return (shown) => {
    const at = performance.now();
    const perSecond = measure(at, doneOf(shown));
    if (!UNDER_WAY.includes(shown.campaign.state)) endedAt ??= at;
    const isLast = endedAt !== undefined && (isCounted(shown) || at - endedAt > COUNTED_WITHIN_MS);
    return { shown, at, perSecond, isLast };
  };
}

function showOn(bar: ProgressBar, { shown, perSecond }: Look): void {
  const { campaign, figures } = shown;
  if (figures === null) return;
  const after = drawProgress(shown, perSecond, 'short');
  bar.show(campaign.state, doneOf(shown), allOf(figures), after);
}

/** Lines: each change of state, and where no bar shows them the numbers too. */
function sayerOf({ options: { isJson }, stdout, stderr }: Work, clear: () => void) {
  const hasBar = isTerminal(stderr) && isTerminal(stdout) && !isJson;
  let before = { state: '', line: '', at: Number.NEGATIVE_INFINITY };
  return ({ shown, perSecond, at, isLast }: Look): void => {
    const { campaign, figures } = shown;
    const line = drawProgress(shown, perSecond, 'long');
    const isDue = !hasBar && line !== before.line && (isLast || at - before.at >= LINE_EVERY_MS);
    if (campaign.state === before.state && !isDue) return;
    before = { state: campaign.state, line, at };
    clear();
    const json = () => JSON.stringify({ campaign, figures, perSecond });
    stdout.write(`${isJson ? json() : `${new Date().toISOString()} ${line}`}\n`);
  };
}
