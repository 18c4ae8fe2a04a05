import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CampaignAnswer,
  type CampaignShown,
  campaignAnswer,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { printable } from '../../../lambda/shared/printable.ts';
import { UnavailableError } from '../terminal/command.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { watchCampaign } from './watch-campaign.ts';
import { pathOf, readCampaign, type Work } from './work.ts';

const ASK_EVERY_MS = 500;
/** The search is tried for as long. */
const PATIENCE_MS = 70 * 60_000;

/** Says whom it concerns, and has what failed offered again. */
export async function retryFailed(work: Work): Promise<number> {
  const { api, options, stdout } = work;
  const { id, isJson, isDryRun, isWatched } = options;
  const before = await readCampaign(api, id);
  const retriable = before.figures?.retriable ?? { now: 0, later: 0, uncertain: 0 };
  if (!isJson) stdout.write(concerned(retriable, options));
  if (isDryRun) {
    if (isJson) stdout.write(`${JSON.stringify({ retriable })}\n`);
    return 0;
  }
  const body = { uncertain: options.withUncertain };
  await api.call({ method: 'POST', path: pathOf(id, '/retry-failed'), body }, campaignAnswer);
  const { campaign } = await found(id, work);
  if (campaign.state === 'running' && isWatched) return await watchCampaign(work, id);
  stdout.write(isJson ? `${JSON.stringify(campaign)}\n` : outcome(campaign));
  return campaign.retry?.because === null ? 0 : 1;
}

type Retriable = NonNullable<CampaignShown['figures']>['retriable'];

function concerned(
  { now, later, uncertain }: Retriable,
  { withUncertain }: Work['options'],
): string {
  const offered = now + (withUncertain ? uncertain : 0);
  const rest = withUncertain
    ? `${uncertain} of them may have got it, and get it twice.\n`
    : `${uncertain} more may have got it: --uncertain offers it to them too.\n`;
  const text = `${offered} can be offered it again now, ${later} a day after they failed.\n`;
  return `${text}${uncertain === 0 ? '' : rest}`;
}

function outcome({ name, retry }: CampaignAnswer): string {
  if (retry?.because) return `Nobody is offered it again: ${printable(retry.because)}.\n`;
  const { now, later } = retry?.found ?? { now: 0, later: 0 };
  if (now + later === 0) return 'Nothing of it failed that can pass.\n';
  const tomorrow = later === 0 ? '' : `, and ${later} a day after they failed`;
  return `${printable(name)} is offered again to ${now} at once${tomorrow}.\n`;
}

/** Waits until it is known how many failures there are. */
async function found(id: string, { api, stderr }: Work): Promise<CampaignShown> {
  const bar = progressBar(stderr);
  const startedAt = performance.now();
  for (;;) {
    const shown = await readCampaign(api, id);
    const { retry } = shown.campaign;
    const waitedMs = performance.now() - startedAt;
    if (retry === null || retry.found !== null || retry.because !== null) {
      bar.clear();
      return shown;
    }
    if (waitedMs > PATIENCE_MS) {
      throw new UnavailableError('nobody has looked for what failed within 70 minutes');
    }
    bar.count('looking for what failed, seconds', Math.floor(waitedMs / 1000));
    await sleep(ASK_EVERY_MS);
  }
}
