import type { SendMessageRequest } from '@aws-sdk/client-sqs';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import {
  writeCheckRequest,
  writeExportRequest,
  writeRetryRequest,
  writeStepRequest,
} from './check-request.ts';

const MINUTE_MS = 60_000;

/** Has a campaign checked. Resolves once the queue has the request; another of the same check is none. */
export type RequestCheck = (campaign: string, check: string, signal: AbortSignal) => Promise<void>;

/** Has what became of a campaign's recipients exported, as a check is asked for. */
export type RequestExport = (campaign: string, id: string, signal: AbortSignal) => Promise<void>;

/** Has failures of a campaign offered again, likewise. */
export type RequestRetry = (campaign: string, retry: string, signal: AbortSignal) => Promise<void>;

export function requestCheck(sqs: CallAws, queueUrl: string): RequestCheck {
  return async (campaign, check, signal) => {
    const body = writeCheckRequest({ campaign, check });
    await sqs('SendMessage', inputOf(queueUrl, campaign, check, body), signal);
  };
}

export function requestExport(sqs: CallAws, queueUrl: string): RequestExport {
  return async (campaign, id, signal) => {
    const body = writeExportRequest({ campaign, export: id });
    await sqs('SendMessage', inputOf(queueUrl, campaign, id, body), signal);
  };
}

export function requestRetry(sqs: CallAws, queueUrl: string): RequestRetry {
  return async (campaign, retry, signal) => {
    const body = writeRetryRequest({ campaign, retry });
    await sqs('SendMessage', inputOf(queueUrl, campaign, retry, body), signal);
  };
}

/** Has a step of a campaign begin, likewise: all who ask within the same minute ask once. */
export type RequestStep = (campaign: string, step: number, signal: AbortSignal) => Promise<void>;

export function requestStep(sqs: CallAws, queueUrl: string, now: () => number): RequestStep {
  return async (campaign, step, signal) => {
    const body = writeStepRequest({ campaign, step });
    const id = `${campaign}.step-${step}.${Math.floor(now() / MINUTE_MS)}`;
    await sqs('SendMessage', inputOf(queueUrl, campaign, id, body), signal);
  };
}

function inputOf(QueueUrl: string, campaign: string, id: string, MessageBody: string) {
  return {
    ...{ QueueUrl, MessageBody },
    // One thing of a campaign at a time.
    MessageGroupId: campaign,
    MessageDeduplicationId: id,
  } satisfies SendMessageRequest;
}
