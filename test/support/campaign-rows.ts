import { chargeAssignments } from '../../lambda/table/charge.ts';
import { ATTRIBUTES as A } from '../../lambda/table/keys.ts';
import { recordKeyOf } from '../../lambda/table/outgoing-keys.ts';
import type { Item } from '../../lambda/table/stored-rows.ts';

export const CAMPAIGN = 'cmp_abcdefghijklmnopqrstuv';
export const CAMPAIGN_CHANNEL = '1065';
export const ROW_EXPIRES_AT = 1_798_000_000;

export interface CampaignRow {
  readonly row?: number;
  readonly step?: number;
  readonly track?: number;
  readonly variant?: number;
  readonly micros?: number;
  readonly country?: string;
}

export function campaignMessage({ row = 1, step = 0, track = 0 }: CampaignRow = {}) {
  return { channel: CAMPAIGN_CHANNEL, id: `${CAMPAIGN}.${track}.${row}.${step}` };
}

/** The row of a message of a campaign, with whatever else it has. */
export function campaignRow(of: CampaignRow = {}, attributes: Item = {}): Item {
  const { variant = 0, micros = 30_000, country = 'MX' } = of;
  const { pk, sk } = recordKeyOf(campaignMessage(of));
  const told = {
    ...{ v: 1, template: 'spring', language: 'es_MX', category: 'marketing', variant, micros },
    ...{ country, check: 'chk', zone: 'all', offset: 0, bytes: 10, notAfter: 1_900_000_000_000 },
  };
  return {
    ...{ [A.partitionKey]: { S: pk }, [A.sortKey]: { S: sk } },
    ...{ [A.via]: { S: 'meta' }, [A.recipientPhone]: { S: '5215550001111' } },
    [A.recipient]: { S: JSON.stringify(told) },
    [A.expiresAt]: { N: String(ROW_EXPIRES_AT) },
    ...attributes,
  };
}

/** What a status adds to a row. */
export function statusOf(name: string, detail: object = {}): Item {
  const told = JSON.stringify(detail);
  const charge = chargeAssignments(told).map(({ attribute, value: { S = '' } }) => [
    attribute,
    { S },
  ]);
  return {
    [`status.${name}`]: { N: '1795212070000' },
    [`detail.${name}`]: { S: told },
    ...Object.fromEntries(charge),
  };
}

export function pricing(overrides: object = {}) {
  const told = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
  return { pricing: { ...told, ...overrides } };
}

export function stateOfRow(state: string, others: Item = {}): Item {
  return { [A.state]: { S: state }, ...others };
}
