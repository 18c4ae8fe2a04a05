import type { Figure } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import type { Measurement } from '../measurement.ts';
import { median, medianRatio } from '../statistics.ts';
import { roundsOf, type WarmRounds, warmIngest, warmProcessor } from '../warm.ts';

const AT_MOST = { atMost: 1.25 };

/** CPU that our code takes beside that of the calls that it cannot do without. */
export const warm: Measurement = {
  summary: 'CPU of a webhook and of a batch of ten, over that of the bare calls to AWS',
  run: async (laboratory, effort) => {
    effort.onProgress(0, 2);
    const webhook = await warmIngest(laboratory, SETTINGS, roundsOf(effort, 1));
    effort.onProgress(1, 2);
    const ten = { rounds: roundsOf(effort, 10), size: 10 };
    const batch = await warmProcessor(laboratory, SETTINGS, ten);
    return {
      figures: [
        ...figuresOf('a webhook of 1 KB', 'HMAC, JSON.parse and a bare SendMessageBatch', webhook),
        ...figuresOf('a batch of 10 events', 'its bare calls to DynamoDB', batch),
      ],
    };
  },
};

function figuresOf(what: string, bareName: string, rounds: WarmRounds): Figure[] {
  const cpu = rounds.map(({ real, bare }) => ({ real: real.cpuMs, bare: bare.cpuMs }));
  const ms = { unit: 'ms', digits: 3 };
  return [
    { name: `CPU of ${what}`, value: median(cpu.map(({ real }) => real)), ...ms },
    { name: `CPU of ${bareName}`, value: median(cpu.map(({ bare }) => bare)), ...ms },
    {
      ...{ name: `CPU of ${what}, over that`, value: medianRatio(cpu), unit: 'x', digits: 2 },
      mustReach: AT_MOST,
    },
  ];
}
