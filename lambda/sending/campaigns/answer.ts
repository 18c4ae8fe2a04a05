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
import type { CampaignTable } from '../../campaigns/campaign-table.ts';
import { campaignsOfTenant } from '../../campaigns/campaigns-of-tenant.ts';
import { channelOfTenant } from '../../channels/channels-of-tenant.ts';
import { type ExportsDeps, showExport, startExport } from './exports.ts';
import {
  changeCampaign,
  createCampaign,
  listCampaigns,
  type ManageDeps,
  showCampaign,
  uploadRecipients,
} from './manage.ts';
import {
  cancelCampaign,
  checkCampaign,
  type MoveDeps,
  pauseCampaign,
  resumeCampaign,
  startCampaign,
} from './move-campaign.ts';
import { addRecipient, type RecipientsDeps, removeRecipient, showRecipient } from './recipients.ts';
import { type RetryDeps, retryFailed } from './retry-failed.ts';
import { CAMPAIGN_ROUTES as R } from './routes.ts';
import {
  becauseInput,
  campaignChange,
  campaignInput,
  exportInput,
  recipientInput,
  retryInput,
  testInput,
} from './schemas.ts';
import { type TestDeps, testCampaign } from './test-campaign.ts';

export interface AnswerDeps
  extends ManageDeps,
    Omit<MoveDeps, 'by'>,
    Omit<RetryDeps, 'by'>,
    TestDeps,
    Pick<RecipientsDeps, 'triggered'>,
    ExportsDeps,
    CallerDeps {
  readonly campaigns: CampaignTable;
}

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
    deps: MoveDeps,
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
  [R.list]: (_, deps, signal) => listCampaigns(deps, signal),
  [R.create]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, campaignInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await createCampaign(body.value, deps, signal);
  },
  [R.show]: (request, deps, signal) => showCampaign(idOf(request), deps, signal),
  [R.change]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, campaignChange, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await changeCampaign(idOf(request), body.value, deps, signal);
  },
  [R.upload]: (request, deps, signal) => uploadRecipients(idOf(request), deps, signal),
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
  [R.putIn]: async (request, deps, signal) => {
    const body = readBody(request.rawBody, recipientInput, () => []);
    if (!body.ok) return refusal('invalid_parameter', body.reason);
    return await addRecipient(idOf(request), body.value, deps, signal);
  },
  [R.recipient]: (request, deps, signal) =>
    showRecipient(idOf(request), request.path['key'] ?? '', deps, signal),
  [R.takeOut]: (request, deps, signal) =>
    removeRecipient(idOf(request), request.path['key'] ?? '', deps, signal),
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
