import type { Operation } from '../../answers/operation.ts';
import { CAMPAIGN_ROUTES as R } from './routes.ts';

const missing = 'There is no such campaign.';
const state =
  'It is in another state, as the message says, or others changed it at the same moment.';
const impossible = {
  '422': 'It is well written, and nothing could come of it: the message says why.',
};

/** The operations on campaigns, for the OpenAPI document. */
export const CAMPAIGN_OPERATIONS: readonly Operation[] = [
  { id: 'listCampaigns', route: R.list, summary: 'All campaigns', answer: 'Campaigns' },
  {
    id: 'createCampaign',
    route: R.create,
    summary: 'A new campaign, and where its recipients go',
    body: 'CampaignInput',
    status: '201',
    answer: 'CampaignCreated',
    missing: 'There is no such channel.',
    others: impossible,
  },
  {
    id: 'readCampaign',
    route: R.show,
    summary: 'A campaign, what it has come to, and what its check found',
    answer: 'CampaignShown',
    missing,
  },
  {
    id: 'changeCampaign',
    route: R.change,
    summary: 'Changes a campaign, also while it runs: from the next second on',
    body: 'CampaignChange',
    answer: 'Campaign',
    missing,
    conflict: state,
    others: impossible,
  },
  {
    id: 'uploadRecipients',
    route: R.upload,
    summary: 'Where its recipients go, once more',
    answer: 'CampaignUpload',
    missing,
    conflict: state,
  },
  {
    id: 'checkCampaign',
    route: R.check,
    summary: 'Has its template and its recipients checked; read it to see what comes of that',
    status: '202',
    answer: 'Campaign',
    missing,
    conflict: `It has no recipients yet. Or: ${state}`,
  },
  {
    id: 'testCampaign',
    route: R.test,
    summary: 'Sends what its first recipient would get to a number of your own',
    body: 'CampaignTest',
    status: '202',
    answer: 'OutgoingMessage',
    missing,
    conflict: 'It was not checked.',
    others: { '422': 'The provider would refuse it, as with a single message.' },
  },
  {
    id: 'startCampaign',
    route: R.start,
    summary: 'Starts a campaign that is ready, now or at its time',
    answer: 'Campaign',
    missing,
    conflict: `The file of recipients was replaced after the check. Or: ${state}`,
    others: impossible,
  },
  {
    id: 'pauseCampaign',
    route: R.pause,
    summary: 'Sends nothing more of it within two seconds, until it is resumed',
    body: 'CampaignBecause',
    answer: 'Campaign',
    missing,
    conflict: state,
  },
  {
    id: 'resumeCampaign',
    route: R.resume,
    summary: 'Goes on where it was paused',
    body: 'CampaignBecause',
    answer: 'Campaign',
    missing,
    conflict: state,
  },
  {
    id: 'cancelCampaign',
    route: R.cancel,
    summary: 'Sends nothing more of it, ever',
    body: 'CampaignBecause',
    answer: 'Campaign',
    missing,
    conflict: state,
  },
  {
    id: 'retryFailed',
    route: R.retry,
    summary:
      'Offers the failures of a finished campaign again that can pass; read it to see how many were found',
    body: 'CampaignRetryInput',
    status: '202',
    answer: 'Campaign',
    missing,
    conflict: `It is not finished. Or: ${state}`,
  },
  {
    id: 'exportCampaign',
    route: R.export,
    summary: 'Has what became of every recipient written to a file; at any time',
    body: 'CampaignExportInput',
    status: '202',
    answer: 'CampaignExport',
    missing,
    conflict: 'It was not checked.',
  },
  {
    id: 'readExport',
    route: R.exported,
    summary: 'Where an export is, once it is there',
    answer: 'CampaignExport',
    missing: 'There is no such campaign, or no export can have that id.',
  },
];
