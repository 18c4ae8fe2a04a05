import type { PostedWebhook } from '../../../local/traffic/post-webhooks.ts';

/** What a run found, as `--json` prints it. */
export interface SendReport {
  readonly isOk: boolean;
  /** Whether nothing answered for so long that the rest was not sent, and nothing was looked up. */
  readonly isGivenUp: boolean;
  readonly url: string;
  /** Undefined where the webhooks came from a folder. */
  readonly seed?: number;
  readonly webhooks: {
    readonly sent: number;
    readonly notSent: number;
    readonly accepted: number;
    readonly perSecond: number;
    /** Answers by status code, further tries included; `none` where there was no answer. */
    readonly answers: Readonly<Record<string, number>>;
    readonly retries: number;
  };
  /** From when a webhook was due to its first answer; undefined where nothing answered at once. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly events: { readonly sent: number; readonly distinct: number };
  /** Of the accepted webhooks' events; undefined where no table could be read. */
  readonly table?: {
    readonly name: string;
    readonly stored: number;
    /** Of those, how many an earlier run had stored. */
    readonly storedBefore: number;
    readonly duplicatesDropped: number;
    readonly missing: number;
    /** At most ten. */
    readonly missingIds: readonly string[];
    /** From the first request on; undefined where nothing was stored. */
    readonly secondsToLastStored?: number;
  };
}

/** Sums up the answers to `posted`, which took `seconds`. */
export function summarize(
  posted: readonly PostedWebhook[],
  seconds: number,
): Pick<SendReport, 'webhooks' | 'latencyMs'> {
  const answers = posted.flatMap((webhook) => webhook.answers);
  const counts = Map.groupBy(answers, String);
  const tried = posted.filter((webhook) => webhook.answers.length > 0);
  const latencies = tried
    .filter((webhook) => webhook.answers[0] !== 'none')
    .map(({ latencyMs }) => latencyMs)
    .sort((one, other) => one - other);
  return {
    webhooks: {
      sent: tried.length,
      notSent: posted.length - tried.length,
      accepted: tried.filter(({ isAccepted }) => isAccepted).length,
      perSecond: round(tried.length / Math.max(seconds, 0.001)),
      answers: Object.fromEntries([...counts].map(([status, { length }]) => [status, length])),
      retries: answers.length - tried.length,
    },
    ...(latencies.length > 0 && {
      latencyMs: {
        p50: round(percentile(latencies, 0.5)),
        p99: round(percentile(latencies, 0.99)),
        max: round(percentile(latencies, 1)),
      },
    }),
  };
}

/** The smallest value that `share` of the sorted values do not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** To one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
