import { campaignMessageId } from '../../../lambda/events/outgoing-id.ts';
import { TRIGGERED_PREFIX } from '../../../lambda/table/keys.ts';
import { trackPartition } from '../../../lambda/table/outgoing-keys.ts';
import type { Receipt } from '../../../local/whatsapp/ledger.ts';
import { START_MS } from '../schedule.ts';
import { textOfStep } from './campaigns.ts';
import {
  checkEndOfMessage,
  checkFigures,
  checkSilences,
  LATEST_MS,
  receiptsOf,
  stateOfMessage,
  UNDER_WAY_MS,
} from './ends.ts';
import { META_CHANNEL } from './messages.ts';
import type { PlannedPerson, PlannedTriggers } from './triggered.ts';
import type { SendingWorld } from './world.ts';

/** Checks what must hold of triggered campaigns once nothing is left to happen. */
export async function checkTriggered(world: SendingWorld): Promise<void> {
  for (const planned of world.triggers.planned) await checkCampaign(planned, world);
}

async function checkCampaign(planned: PlannedTriggers, world: SendingWorld): Promise<void> {
  const { id, people, silences } = planned;
  const state = (await world.triggers.campaign(id))?.state ?? 'gone';
  const violate = (what: string) => world.violate(`${what}: triggered campaign ${id} is ${state}`);
  if (state !== 'running' && state !== 'cancelled') violate('7: it does not go on');
  if (state === 'running' && (await world.triggers.due(id)) > 0) violate('7: somebody is due');
  for (const person of people) await checkPerson(person, { ...planned, state }, world);
  const partitions = [`${trackPartition(META_CHANNEL, id, 0)}\n`, `${TRIGGERED_PREFIX}${id}.`];
  checkFigures(id, partitions, world);
  const isOfIt = (body: string) => people.some(({ tag }) => body.includes(tag));
  checkSilences(silences, isOfIt, world, violate);
}

type Ended = PlannedTriggers & { readonly state: string };

async function checkPerson(
  person: PlannedPerson,
  { id, spec, state }: Ended,
  world: SendingWorld,
): Promise<void> {
  const { tag, key } = person;
  const who = await world.triggers.person(id, key);
  const told = `${tag} is ${who === undefined ? 'nobody' : (who.ended ?? 'waiting')} at ${who?.step}`;
  const violate = (what: string) => world.violate(`${what}: ${told}, of one that is ${state}`);
  if (person.takenAt === undefined && person.refused === undefined) violate('7: no answer');
  if (person.takenAt !== undefined && who === undefined) violate('7: they are not in');
  if (person.refused !== undefined && who !== undefined) violate('7: they are refused and in');
  if (who === undefined) return;
  if (state === 'running' && who.ended === undefined) violate('7: they wait for ever');
  if (person.removedAt !== undefined && who.ended === undefined) violate('7: they are not out');
  const ofStep = (step: number) => receiptsOf(textOfStep(tag, step), world);
  const steps = [0, ...spec.steps.map((_, at) => at + 1)];
  for (const step of steps) {
    const message = campaignMessageId({ campaign: id, track: 0, row: who.line.row, step });
    const receipts = ofStep(step);
    if (receipts.length > 1) violate('6: somebody gets it twice');
    checkEndOfMessage(stateOfMessage(message, world), receipts, violate);
  }
  checkTimes(person, spec.steps, ofStep, violate);
  checkEnd(person, world, violate);
}

/** Nothing comes before its time, counted from the message before. */
function checkTimes(
  { spec }: PlannedPerson,
  steps: readonly { readonly delayMs: number }[],
  ofStep: (step: number) => readonly Receipt[],
  violate: (what: string) => void,
): void {
  const [first] = ofStep(0);
  if (first !== undefined && first.at < START_MS + spec.atMs + spec.waitsMs) {
    violate('6: the first message comes too soon');
  }
  for (const [before, { delayMs }] of steps.entries()) {
    const [[now], [last]] = [ofStep(before + 1), ofStep(before)];
    if (now === undefined) continue;
    if (last === undefined) violate('6: a step comes without the one before');
    else if (now.at < last.at + delayMs - LATEST_MS) violate('6: a step comes too soon');
  }
}

/** Who was taken out, replied or opted out gets no more. */
function checkEnd(
  { tag, removedAt, repliedAt, optedOutAt }: PlannedPerson,
  world: SendingWorld,
  violate: (what: string) => void,
): void {
  const first = textOfStep(tag, 0);
  const last = (ofSteps: boolean) =>
    Math.max(
      ...world.requests
        .filter(({ body }) => body.includes(tag) && !(ofSteps && body.includes(first)))
        .map(({ at }) => at),
    );
  if (removedAt !== undefined && last(false) > removedAt + UNDER_WAY_MS) {
    violate('6: they get more than they should, taken out');
  }
  if (repliedAt !== undefined && last(true) > repliedAt + WAITS_IN_LANE_MS) {
    violate('6: they get a step, having replied');
  }
  if (optedOutAt !== undefined && last(true) > optedOutAt + WAITS_IN_LANE_MS) {
    violate('6: they get a step, having opted out');
  }
}

/** What is tried again waits in its lane for an hour at most. */
const WAITS_IN_LANE_MS = 3_600_000 + UNDER_WAY_MS;
