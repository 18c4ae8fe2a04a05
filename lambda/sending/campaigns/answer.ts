import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  answerByRoute,
  type CallerDeps,
  type Narrow,
  type Route,
} from '../../answers/answer-by-route.ts';
import type { HttpRequest } from '../../answers/api-gateway.ts';
import { refusal } from '../../answers/json-answer.ts';
import { readBody } from '../../answers/read-body.ts';
import { campaignsOfTenant } from '../../campaigns/campaigns-of-tenant.ts';
import { channelOfTenant } from '../../channels/channels-of-tenant.ts';
import { type ExportsDeps, showExport, startExport } from './exports.ts';
import {
  cancelCampaign,
  changeCampaign,
  checkCampaign,
  createCampaign,
  listCampaigns,
  type ManageDeps,
  pauseCampaign,
  resumeCampaign,
  showCampaign,
  startCampaign,
  uploadRecipients,
} from './manage.ts';
import { type RetryDeps, retryFailed } from './retry-failed.ts';
import { CAMPAIGN_ROUTES as R } from './routes.ts';
import {
  becauseInput,
  campaignChange,
  campaignInput,
  exportInput,
  retryInput,
  testInput,
} from './schemas.ts';
import { type TestDeps, testCampaign } from './test-campaign.ts';

export interface AnswerDeps
  extends Omit<ManageDeps, 'by'>,
    Omit<RetryDeps, 'by'>,
    TestDeps,
    ExportsDeps,
    CallerDeps {}

const TIMEOUT_MS = 25_000;

const idOf = ({ path }: HttpRequest) => path['campaign'] ?? '';
const by = (deps: AnswerDeps, { principal }: HttpRequest) => ({
  ...deps,
  by: principal ?? 'somebody',
});

/** Whoever has nothing to say sends none. */
function bodyOf({ rawBody }: HttpRequest): Buffer {
  return rawBody.length === 0 ? Buffer.from('{}') : rawBody;
}

function withReason(
  act: (
    id: string,
    because: string | undefined,
    deps: ManageDeps,
    signal: AbortSignal,
  ) => ReturnType<Route<AnswerDeps>>,
): Route<AnswerDeps> {
  return async (request, deps, signal) => {
    const body = readBody(bodyOf(request), becauseInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await act(idOf(request), body.value.because, by(deps, request), signal);
  };
}

const ROUTES: Readonly<Record<string, Route<AnswerDeps>>> = {
  [R.list]: (request, deps, signal) => listCampaigns(by(deps, request), signal),
  [R.create]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, campaignInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await createCampaign(body.value, by(deps, request), signal);
  },
  [R.show]: (request, deps, signal) => showCampaign(idOf(request), by(deps, request), signal),
  [R.change]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, campaignChange, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await changeCampaign(idOf(request), body.value, by(deps, request), signal);
  },
  [R.upload]: (request, deps, signal) => uploadRecipients(idOf(request), by(deps, request), signal),
  [R.check]: (request, deps, signal) => checkCampaign(idOf(request), by(deps, request), signal),
  [R.test]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, testInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await testCampaign(idOf(request), body.value.to, deps, signal);
  },
  [R.start]: (request, deps, signal) => startCampaign(idOf(request), by(deps, request), signal),
  [R.pause]: withReason(pauseCampaign),
  [R.resume]: withReason(resumeCampaign),
  [R.cancel]: withReason(cancelCampaign),
  [R.retry]: async (request, deps, signal) => {
    const body = readBody(bodyOf(request), retryInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    const { uncertain = false } = body.value;
    return await retryFailed(idOf(request), uncertain, by(deps, request), signal);
  },
  [R.export]: async (request, deps, signal) => {
    const body = readBody(bodyOf(request), exportInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await startExport(idOf(request), body.value.format ?? 'csv', deps, signal);
  },
  [R.exported]: (request, deps, signal) =>
    showExport(idOf(request), request.path['export'] ?? '', deps, signal),
};

/** Campaigns and channels of one tenant alone. */
const narrow: Narrow<AnswerDeps> = async (tenant, _, deps) => {
  const channel = channelOfTenant(tenant, deps.channel);
  return {
    ok: true,
    deps: {
      ...deps,
      channel,
      campaigns: campaignsOfTenant(tenant, deps.campaigns),
      accepting: { ...deps.accepting, channel },
    },
  };
};

/** Answers a request about campaigns with JSON, whatever happens. */
export async function answer(
  request: HttpRequest,
  deps: AnswerDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  return await answerByRoute(request, deps, { routes: ROUTES, narrow, timeoutMs: TIMEOUT_MS });
}
