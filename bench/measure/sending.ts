import { readDeployed } from '../deployed.ts';
import { simulatePace } from '../lane-pace.ts';
import { runStack } from '../local-stack.ts';
import { measureStatuses } from '../marked-statuses.ts';
import type { Effort, Measurement } from '../measurement.ts';
import { TEMPLATE, TEXT } from '../outgoing.ts';
import { measureSending, sendThrough, wakesAMessage, wentOut } from '../sending.ts';
import {
  type Alone,
  cpuFigures,
  dollarFigures,
  dollarTable,
  paceFigures,
  stackFigures,
  unitFigures,
  unitTable,
} from '../sending-figures.ts';
import { type Flooded, flooded, oneByOne } from '../sending-phases.ts';
import { sendingSite } from '../sending-site.ts';

const LIMITS = [80, 1000] as const;
const MANY = 100;
const CHANNELS = { full: '900000000000100', next: '900000000000102' };
const EFFORTS = {
  quick: { posted: 2000, waiting: 5000, answers: 10 },
  full: { posted: 10_000, waiting: 50_000, answers: 20 },
};
const GAP_MS = 1200;
const WARM_UP = { people: { first: 0, count: 10 }, gapMs: 200 };

/** From a message that somebody asks to send to its provider. */
export const sending: Measurement = {
  summary: 'messages to send: pace, time to the provider, CPU, write units, dollars per million',
  run: async (laboratory, effort) => {
    const deployed = await readDeployed();
    const step = (done: number) => effort.onProgress(done, 6);
    const measure = async (wish: typeof TEXT | typeof TEMPLATE, messages: number) => {
      const sent = await sendThrough(laboratory, wish, messages);
      return { sent, ...(await measureSending(laboratory, deployed, sent, effort)) };
    };
    const alone = await measure(TEXT, 1);
    step(1);
    const texts = await measure(TEXT, MANY);
    step(2);
    const templates = await measure(TEMPLATE, MANY);
    step(3);
    const statuses = await measureStatuses(laboratory, deployed, wentOut(texts.sent), effort);
    step(4);
    const { posted, waiting } = effortOf(effort);
    const wakes = await wakesAMessage(laboratory, posted);
    const paces = [];
    for (const limit of LIMITS) {
      const kept = await simulatePace(limit, texts.slices.latenessMs, limit);
      paces.push(...paceFigures(limit, kept));
    }
    step(5);
    const local = await onStack(effort, wakes);
    const cases = [
      { name: 'texts, one at a time', input: alone.input },
      { name: `texts, ${MANY} at a time`, input: texts.input },
      { name: `templates, ${MANY} at a time`, input: templates.input },
    ];
    const units = { text: texts.input.writeUnits, template: templates.input.writeUnits };
    return {
      figures: [
        ...paces,
        ...stackFigures(waiting, local.alone, local.flood),
        {
          name: `wakes a message, ${posted.toLocaleString('en')} posted at once`,
          ...{ value: wakes, unit: 'wakes', digits: 3, mustReach: { atMost: 0.1 } },
        },
        ...cpuFigures(MANY, texts.slices.rounds, deployed.memoryMegabytes('sender')),
        ...unitFigures(units.text, units.template, statuses),
        ...dollarFigures(cases, statuses.dollars),
      ],
      breakdowns: [
        dollarTable(cases),
        unitTable('a text of 700 bytes', texts.writes, MANY),
        unitTable('a template of 1.5 KB', templates.writes, MANY),
      ],
    };
  },
};

async function onStack(
  effort: Effort,
  wakesAMessage: number,
): Promise<{ readonly alone: Alone; readonly flood: Flooded }> {
  const { waiting, answers: count } = effortOf(effort);
  await using stack = await runStack();
  const site = await sendingSite(
    stack,
    Object.values(CHANNELS).map((id) => ({ id })),
  );
  // The functions and the emulators compile what they run often.
  await oneByOne(site, CHANNELS.full, WARM_UP.people, WARM_UP.gapMs);
  const full = await oneByOne(site, CHANNELS.full, { first: 100, count }, GAP_MS);
  const next = await oneByOne(site, CHANNELS.next, { first: 200, count }, GAP_MS);
  const flood = await flooded(site, {
    ...{ channels: CHANNELS, campaign: { first: 1000, count: waiting } },
    wakes: Math.ceil(wakesAMessage * waiting),
    ...{ answers: { first: 300, count }, gapMs: GAP_MS },
  });
  return { alone: { full, next }, flood };
}

function effortOf({ isQuick }: Effort) {
  return isQuick ? EFFORTS.quick : EFFORTS.full;
}
