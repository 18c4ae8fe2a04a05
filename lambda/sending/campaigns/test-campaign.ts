import { type Answered, refusal } from '../../answers/json-answer.ts';
import { firstRound } from '../../campaigns/cursor.ts';
import { type PartLine, partKeyOf, readPartLine } from '../../campaigns/part.ts';
import { partLines, type ReadPart } from '../../campaigns/part-lines.ts';
import type { ReadRange } from '../../shared/aws/s3-range.ts';
import { templateBody } from '../../table/campaign-recipient.ts';
import { type AcceptDeps, acceptMessage } from '../messages/accept-message.ts';
import { answerOf, withoutFile } from './edit-campaign.ts';
import type { ManageDeps } from './manage.ts';

export interface TestDeps extends Pick<ManageDeps, 'campaigns' | 'readCursors'> {
  readonly readRange: ReadRange;
  /** A random name. */
  readonly newKey: () => string;
  /** What it takes to send one message. */
  readonly accepting: AcceptDeps;
}

/** So much of a part is read at a time: the line that is looked for is one of the first. */
const READ_BYTES = 65_536;

/** Sends what the first recipient would get to a number of one's own, as a single message. */
export async function testCampaign(
  id: string,
  to: string,
  deps: TestDeps,
  signal: AbortSignal,
): Promise<Answered> {
  return await answerOf(id, deps, signal, async (campaign) => {
    const { check, variants, channel, state, isTriggered } = campaign;
    if (isTriggered) return withoutFile(id);
    if (check === undefined)
      return refusal('conflict', `campaign ${id} is ${state}: check it first`);
    const line = await firstLine(id, check.id, deps, signal);
    const variant = line && variants[line.variant];
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
  });
}

/** Of the first recipient who was not forgotten. */
async function firstLine(
  id: string,
  check: string,
  { readCursors, readRange }: TestDeps,
  signal: AbortSignal,
): Promise<PartLine | undefined> {
  const readPart: ReadPart = (key, offset) => readRange(key, offset, READ_BYTES, signal);
  const parts = firstRound(await readCursors(id, signal)).filter(({ lines }) => lines > 0);
  for (const part of parts) {
    for await (const { text } of partLines(partKeyOf(id, check, part), readPart, signal)) {
      const line = readPartLine(text);
      if (line !== undefined) return line;
    }
  }
  return undefined;
}
