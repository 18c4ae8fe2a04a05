import { type Answered, refusal } from '../../answers/json-answer.ts';
import { firstRound } from '../../campaigns/cursor.ts';
import { partKeyOf, readPartLine } from '../../campaigns/part.ts';
import type { ReadRange } from '../../shared/aws/s3-range.ts';
import { templateBody } from '../../table/campaign-recipient.ts';
import { type AcceptDeps, acceptMessage } from '../messages/accept-message.ts';
import { unknownCampaign } from './edit-campaign.ts';
import type { ManageDeps } from './manage.ts';

export interface TestDeps extends Pick<ManageDeps, 'campaigns' | 'readCursors'> {
  readonly readRange: ReadRange;
  /** A random name. */
  readonly newKey: () => string;
  /** What it takes to send one message. */
  readonly accepting: AcceptDeps;
}

/** Longer than any line of a part. */
const LINE_BYTES = 256 * 1024;

/** Sends what the first recipient would get to a number of one's own, as a single message. */
export async function testCampaign(
  id: string,
  to: string,
  deps: TestDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const stored = await deps.campaigns.get(id, signal);
  if (stored === undefined) return unknownCampaign(id);
  const { campaign } = stored;
  const { check, variants, channel } = campaign;
  if (check === undefined) {
    return refusal('conflict', `campaign ${id} is ${campaign.state}: check it first`);
  }
  const part = firstRound(await deps.readCursors(id, signal)).find(({ lines }) => lines > 0);
  if (part === undefined) return refusal('conflict', `campaign ${id} has no recipients any more`);
  const key = partKeyOf(id, check.id, part);
  const bytes = await deps.readRange(key, 0, Math.min(LINE_BYTES, part.bytes), signal);
  const line = bytes
    .toString('utf8')
    .split('\n')
    .map(readPartLine)
    .find((one) => one !== undefined);
  const variant = variants[line?.variant ?? 0];
  if (line === undefined || variant === undefined) {
    return refusal('conflict', `campaign ${id} has no recipients any more`);
  }
  const [components = []] = line.components;
  const body = {
    ...{ to, ...templateBody(variant, components) },
    ...{ category: check.category, class: 'reply' },
  };
  const request = {
    channel,
    key: `test-${deps.newKey()}`,
    rawBody: Buffer.from(JSON.stringify(body)),
  };
  return await acceptMessage(request, deps.accepting, signal);
}
