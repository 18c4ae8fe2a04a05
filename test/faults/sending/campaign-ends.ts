import { firstRound } from '../../../lambda/campaigns/cursor.ts';
import { campaignMessageId } from '../../../lambda/events/outgoing-id.ts';
import { trackPartition } from '../../../lambda/table/outgoing-keys.ts';
import type { Receipt } from '../../../local/whatsapp/ledger.ts';
import { DAY_MS } from '../schedule.ts';
import { type PlannedCampaign, textOfStep } from './campaigns.ts';
import {
  checkEndOfMessage,
  checkFigures,
  checkSilences,
  hasEnded,
  LATEST_MS,
  receiptsOf,
  stateOfMessage,
} from './ends.ts';
import { META_CHANNEL } from './messages.ts';
import type { SendingWorld } from './world.ts';

/** Checks what must hold of campaigns once nothing is left to happen. */
export async function checkCampaigns(world: SendingWorld): Promise<void> {
  for (const planned of world.office.planned) await checkCampaign(planned, world);
}

async function checkCampaign(planned: PlannedCampaign, world: SendingWorld): Promise<void> {
  const { id, spec, tags, silences } = planned;
  const campaign = await world.office.campaign(id);
  const all = await world.office.cursors(id);
  const cursors = firstRound(all);
  const state = campaign?.state ?? 'gone';
  const violate = (what: string) => world.violate(`${what}: campaign ${id} is ${state}`);
  if (state !== 'finished' && state !== 'cancelled') violate('7: a campaign comes to no end');
  const done = cursors.reduce((sum, cursor) => sum + cursor.done, 0);
  const passed = cursors.flatMap((one) => Object.values(one.passed)).reduce((a, b) => a + b, 0);
  if (state === 'finished' && done !== tags.length)
    violate(`7: ${done} of ${tags.length} are done`);
  const isForgotten = spec.forgotten !== undefined && spec.forgotten < tags.length;
  if (state === 'finished' && passed !== (isForgotten ? 1 : 0)) violate(`7: ${passed} passed over`);
  if (state === 'finished' && !all.every(({ isOver }) => isOver)) {
    violate('7: somebody is not offered it again');
  }
  for (const [index, tag] of tags.entries()) checkPerson(index, tag, { ...planned, state }, world);
  checkFigures(id, [`${trackPartition(META_CHANNEL, id, 0)}\n`], world);
  const tag = `cmp-${Number(id.replace(/^cmp_c*/, '') || 0)}-`;
  checkSilences(silences, (body) => body.includes(tag), world, violate);
}

type Ended = PlannedCampaign & { readonly state: string };

function checkPerson(index: number, tag: string, ended: Ended, world: SendingWorld): void {
  const { spec } = ended;
  const ofStep = (step: number) => receiptsOf(textOfStep(tag, step), world);
  checkMessage({ index, tag, step: 0 }, ended, world);
  for (const [before, { delayMs }] of spec.steps.entries()) {
    const step = before + 1;
    checkMessage({ index, tag, step }, ended, world);
    const [[first], [last]] = [ofStep(step), ofStep(before)];
    if (first === undefined) continue;
    const told = `${textOfStep(tag, step)} of one that is ${ended.state}`;
    if (last === undefined) world.violate(`6: a step comes without the one before: ${told}`);
    else if (first.at < last.at + delayMs - LATEST_MS)
      world.violate(`6: a step comes too soon: ${told}`);
  }
}

function checkMessage(
  { index, tag, step }: { readonly index: number; readonly tag: string; readonly step: number },
  { id, spec, state, retries }: Ended,
  world: SendingWorld,
): void {
  const text = textOfStep(tag, step);
  const receipts = receiptsOf(text, world);
  const message = campaignMessageId({ campaign: id, track: 0, row: index + 1, step });
  const is = stateOfMessage(message, world);
  const violate = (what: string) =>
    world.violate(
      `${what}: ${text} is ${is}, ${receipts.length} times taken, of one that is ${state}`,
    );

  const reached = receipts.filter(({ failure }) => failure === undefined);
  if (reached.length > 1) violate('6: somebody gets it twice');
  if (receipts.length > 1 + retries) violate('6: somebody is offered it too often');
  checkDay(receipts, violate);
  if (index === spec.forgotten) {
    if (receipts.length > 0 || is !== 'none') violate('6: somebody forgotten gets it');
    return;
  }
  if (step === 0 && state === 'finished' && !hasEnded(is)) violate('7: it comes to no end');
  checkEndOfMessage(is, receipts, violate);
}

const HAD_ENOUGH = 131_049;

/** Whoever had enough for now is left alone for a day. */
function checkDay(receipts: readonly Receipt[], violate: (what: string) => void): void {
  for (const [index, { at }] of receipts.entries()) {
    const failure = receipts[index - 1]?.failure;
    if (failure?.code !== HAD_ENOUGH) continue;
    // Its status tells the whole second.
    if (at < failure.at - (failure.at % 1000) + DAY_MS) violate('6: it comes too soon');
  }
}
