import { expect, test } from 'vitest';
import { aPipeline } from '../support/pipeline.ts';
import { checkCampaigns } from './checked-campaigns.ts';

test('a campaign is checked by the deployed function, over a fault of S3', {
  timeout: 180_000,
}, async () => {
  const pipeline = await aPipeline();
  await checkCampaigns(pipeline);

  const { refused, unused } = pipeline.stack.rights;
  expect(refused).toEqual([]);
  const left = unused.filter(({ functionName }) => functionName === 'CampaignsCheckerFunction');
  // For an upload of more than 5 MB that is given up, for exports, for people who are put in one by one, and to tell
  // lanes of another round.
  expect(left.map(({ action }) => action).toSorted()).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    's3:AbortMultipartUpload',
    's3:GetObject',
    'sqs:SendMessage',
  ]);
});
