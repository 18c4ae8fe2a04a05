/** One message of a campaign: a step for the recipient of a row. */
export interface CampaignMessage {
  /** Id of the campaign: `cmp_` and 22 characters of base64url. */
  readonly campaign: string;
  /** The share of a lane. */
  readonly track: number;
  /** Of the recipients' file, from 1 on. */
  readonly row: number;
  /** From 0 on. */
  readonly step: number;
}

const CAMPAIGN_MESSAGE_ID = /^(cmp_[\w-]{22})\.(\d{1,3})\.(\d{1,8})\.(\d{1,2})$/;

/** What the ids of messages look like, for patterns in which they stand. */
/** Whether an id is one of ours, and not a provider's. */
export function isOutgoingId(id: string): boolean {
  return /^msg_[\w-]{22}$/.test(id) || CAMPAIGN_MESSAGE_ID.test(id);
}

export function campaignMessageId({ campaign, track, row, step }: CampaignMessage): string {
  return `${campaign}.${track}.${row}.${step}`;
}

/** Undefined for what is no message of a campaign. */
export function readCampaignMessageId(id: string): CampaignMessage | undefined {
  const [, campaign, track, row, step] = CAMPAIGN_MESSAGE_ID.exec(id) ?? [];
  if (campaign === undefined) return undefined;
  return { campaign, track: Number(track), row: Number(row), step: Number(step) };
}
