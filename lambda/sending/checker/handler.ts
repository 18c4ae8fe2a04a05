import { sqsHandler } from '../../shared/aws/sqs-handler.ts';
import { VISIBILITY_CHANGE_MS } from '../../shared/aws/sqs-visibility.ts';
import { createTelemetry } from '../../shared/aws/telemetry.ts';
import { loadCheckerConfig } from './config.ts';
import { checkerServices, LATE_MS } from './services.ts';
import { settleChecks } from './settle-checks.ts';

/** Kept back for what follows a check: uploads that are given up, the campaign, the delay, metrics. */
const ANSWER_RESERVE_MS = VISIBILITY_CHANGE_MS + LATE_MS + 5000;

const telemetry = createTelemetry('checker');
const deps = checkerServices(loadCheckerConfig(process.env), telemetry);

export const handler = sqsHandler(ANSWER_RESERVE_MS, telemetry, ({ messages, signal }) =>
  settleChecks(messages, signal, deps),
);
