import { describe, expect, test } from 'vitest';
import { loadCampaignsConfig } from '../../lambda/sending/campaigns/config.ts';
import {
  loadMessagesConfig,
  loadSenderConfig,
  loadTickerConfig,
} from '../../lambda/sending/config.ts';

const SENDING = {
  ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 'key' },
  ...{ TABLE_NAME: 'events', RETENTION_DAYS: '30' },
  OUTBOX_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/outbox.fifo',
};
const CAMPAIGNS = {
  CAMPAIGNS_BUCKET: 'campaigns',
  CHECKS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/checks.fifo',
};
const SENDER = { ...SENDING, ...CAMPAIGNS, TOKENS_PATH: '/floodgate' };
const TAKING = { ...SENDING, SENDER_MAXIMUM_CONCURRENCY: '20' };

describe('what sends', () => {
  test('calls the providers themselves, unless there are stand-ins for them', () => {
    const { providerUrls, tableName, campaignsBucket, s3 } = loadSenderConfig(SENDER);

    expect(providerUrls.meta).toMatch(/^https:\/\/graph\.facebook\.com\/v\d+\.\d$/);
    expect(providerUrls.wasender).toMatch(/^https:\/\/www\.wasenderapi\.com\//);
    expect({ tableName, campaignsBucket, s3: s3.url }).toEqual({
      ...{ tableName: 'events', campaignsBucket: 'campaigns' },
      s3: 'https://s3.eu-west-1.amazonaws.com',
    });
    const standIns = { GRAPH_URL: 'http://127.0.0.1:1', WASENDER_URL: 'http://127.0.0.1:2' };
    expect(loadSenderConfig({ ...SENDER, ...standIns }).providerUrls).toEqual({
      ...{ meta: 'http://127.0.0.1:1', wasender: 'http://127.0.0.1:2' },
    });
  });

  test('keeps rows as long as the stage does, and those of a channel as long as it says', () => {
    const CHANNEL_RETENTION_DAYS = '{"shop":90}';

    expect(loadTickerConfig({ ...TAKING, CHANNEL_RETENTION_DAYS })).toMatchObject({
      ...{ retentionDays: 30, channelRetentionDays: { shop: 90 }, sendersAtOnce: 20 },
    });
    expect(loadTickerConfig(TAKING).channelRetentionDays).toEqual({});
    // Meta delivers again for a week: a row that is gone sooner lets the same in twice.
    expect(() => loadTickerConfig({ ...TAKING, RETENTION_DAYS: '7' })).toThrow(
      'RETENTION_DAYS is no whole number of at least 8: 7',
    );
  });

  test('names what it was not told, all at once', () => {
    expect(() => loadSenderConfig(SENDING)).toThrow(
      'bad environment: TOKENS_PATH is not set; CAMPAIGNS_BUCKET is not set; CHECKS_QUEUE_URL is not set',
    );
    expect(() =>
      loadCampaignsConfig({ ...TAKING, ...CAMPAIGNS, CHECKS_QUEUE_URL: 'checks' }),
    ).toThrow('CHECKS_QUEUE_URL is no URL: checks');
    expect(() => loadMessagesConfig({})).toThrow(/TABLE_NAME is not set[\s\S]*OUTBOX_QUEUE_URL/);
  });
});

describe('a stage where no lane sends', () => {
  const NONE = { ...TAKING, ...CAMPAIGNS, SENDER_MAXIMUM_CONCURRENCY: '0' };

  test('takes no messages, and none of campaigns', () => {
    expect(loadMessagesConfig(NONE).isSending).toBe(false);
    expect(loadCampaignsConfig(NONE).isSending).toBe(false);
    expect(loadMessagesConfig(TAKING).isSending).toBe(true);
  });

  test('has no ticker', () => {
    expect(() => loadTickerConfig(NONE)).toThrow(
      'SENDER_MAXIMUM_CONCURRENCY is no whole number of at least 1: 0',
    );
  });
});
