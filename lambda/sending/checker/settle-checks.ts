import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import type { QueuedMessage, Return } from '../../shared/queue/queued-message.ts';
import { type CheckerRequest, readCheckerRequest } from '../check-request.ts';
import { type CheckDeps, checkCampaign, giveUpCheck } from './check-campaign.ts';
import { MOST_TRIES } from './config.ts';
import { type ExportingDeps, exportAsAsked } from './export-as-asked.ts';

export interface SettleDeps extends CheckDeps, ExportingDeps {
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
  /** For what is done when the time of a check is up. */
  readonly lateSignal: () => AbortSignal;
  readonly warn: (message: string, fields: LogFields) => void;
}

const RETRY_SECONDS = 60;

/** Checks campaigns, and exports what became of them, one after another. Returns requests that come again, or that the queue sets aside. */
export async function settleChecks(
  messages: readonly QueuedMessage[],
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<readonly QueuedMessage[]> {
  const returned: QueuedMessage[] = [];
  for (const message of messages) {
    if (!(await isSettled(message, signal, deps))) returned.push(message);
  }
  return returned;
}

async function isSettled(
  message: QueuedMessage,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<boolean> {
  const request = readCheckerRequest(message.body);
  if (!request.ok) {
    deps.warn('Check not understood', { reason: request.reason });
    return false;
  }
  try {
    if (request.kind === 'check') await checkCampaign(request, signal, deps);
    else await exportAsAsked(request, signal, deps);
    return true;
  } catch (error) {
    await putOff(request, message, faultName(error), deps);
    return false;
  }
}

async function putOff(
  request: CheckerRequest,
  message: QueuedMessage,
  fault: string,
  deps: SettleDeps,
): Promise<void> {
  const { campaign, kind } = request;
  const isLast = message.receiveCount >= MOST_TRIES;
  if (kind === 'check') deps.count('CampaignCheckFailed');
  deps.warn(kind === 'check' ? 'Campaign not checked' : 'Campaign not exported', {
    ...{ campaign, fault, isLast },
  });
  try {
    const because = `the check could not be done (${fault}): check it again later`;
    if (isLast && kind === 'check') await giveUpCheck(request, because, deps.lateSignal(), deps);
    await deps.delayReturns([{ message, delaySeconds: RETRY_SECONDS }]);
  } catch (error) {
    deps.warn('Check comes again late', { campaign, fault: faultName(error) });
  }
}
