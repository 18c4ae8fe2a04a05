import { isPartGone } from '../../campaigns/part-lines.ts';
import type { LogFields } from '../../shared/aws/telemetry.ts';
import { faultName } from '../../shared/queue/failure.ts';
import type { QueuedMessage, Return } from '../../shared/queue/queued-message.ts';
import { type CheckerRequest, readCheckerRequest } from '../check-request.ts';
import { beginStep, type StepDeps } from './begin-step.ts';
import { type CheckDeps, checkCampaign, giveUpCheck } from './check-campaign.ts';
import { MOST_TRIES } from './config.ts';
import { type ExportingDeps, exportAsAsked } from './export-as-asked.ts';
import { giveUpRetry, offerAgain } from './offer-again.ts';

export interface SettleDeps
  extends CheckDeps,
    ExportingDeps,
    Pick<StepDeps, 'marks' | 'wake' | 'stopped'> {
  readonly delayReturns: (returns: readonly Return[]) => Promise<void>;
  /** For what is done when the time of a check is up. */
  readonly lateSignal: () => AbortSignal;
  readonly warn: (message: string, fields: LogFields) => void;
}

const RETRY_SECONDS = 60;

/**
 * Checks campaigns, exports what became of them, and offers failures again, one after another. Returns requests that
 * come again, or that the queue sets aside.
 */
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
    await settle(request, signal, deps);
    return true;
  } catch (error) {
    if (isNeverExported(request, error)) {
      deps.warn(UNDONE.export, {
        campaign: request.campaign,
        fault: faultName(error),
        isLast: true,
      });
      return true;
    }
    await putOff(request, message, faultName(error), deps);
    return false;
  }
}

async function settle(
  request: CheckerRequest,
  signal: AbortSignal,
  deps: SettleDeps,
): Promise<void> {
  switch (request.kind) {
    case 'check':
      return await checkCampaign(request, signal, deps);
    case 'export':
      return await exportAsAsked(request, signal, deps);
    case 'retry':
      return await offerAgain(request, signal, { ...deps, ...deps.exporting });
    case 'step':
      return await beginStep(request, signal, { ...deps, ...deps.exporting });
  }
}

const UNDONE: Readonly<Record<CheckerRequest['kind'], string>> = {
  check: 'Campaign not checked',
  export: 'Campaign not exported',
  retry: 'Failures not offered again',
  step: 'Step not begun',
};

/** A later try finds the parts no more, and nobody need look after that. */
function isNeverExported({ kind }: CheckerRequest, error: unknown): boolean {
  return kind === 'export' && isPartGone(error);
}

async function putOff(
  request: CheckerRequest,
  message: QueuedMessage,
  fault: string,
  deps: SettleDeps,
): Promise<void> {
  const { campaign, kind } = request;
  const isLast = message.receiveCount >= MOST_TRIES;
  if (kind !== 'export') deps.count('CampaignCheckFailed');
  deps.warn(UNDONE[kind], { campaign, fault, isLast });
  try {
    if (isLast) await giveUp(request, fault, deps);
    await deps.delayReturns([{ message, delaySeconds: RETRY_SECONDS }]);
  } catch (error) {
    deps.warn('Check comes again late', { campaign, fault: faultName(error) });
  }
}

async function giveUp(request: CheckerRequest, fault: string, deps: SettleDeps): Promise<void> {
  const signal = deps.lateSignal();
  if (request.kind === 'check') {
    const because = `the check could not be done (${fault}): check it again later`;
    await giveUpCheck(request, because, signal, deps);
  }
  if (request.kind === 'retry') {
    const because = `failures could not be looked for (${fault}): try it again later`;
    await giveUpRetry(request, because, signal, deps);
  }
}
