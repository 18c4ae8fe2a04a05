import type { Figure } from '../figure.ts';
import { SETTINGS } from '../function-environment.ts';
import type { Measurement } from '../measurement.ts';
import type { Rounds } from '../programs/alternate.ts';
import { median, medianRatio } from '../statistics.ts';
import { type WarmRounds, warmIngest, warmProcessor } from '../warm.ts';

const AT_MOST = { atMost: 1.25 };

/** CPU that our code takes beside that of the calls that it cannot do without. */
export const warm: Measurement = {
  summary: 'CPU of a webhook and of a batch of ten, over that of the bare calls to AWS',
  run: async (laboratory, effort) => {
    const rounds = effort.isQuick ? QUICK : FULL;
    effort.onProgress(0, 2);
    const webhook = await warmIngest(laboratory, SETTINGS, rounds, 'http');
    effort.onProgress(1, 2);
    const batch = await warmProcessor(laboratory, SETTINGS, { rounds, size: 10 }, 'http');
    return {
      figures: [
        ...figuresOf('a webhook of 1 KB', 'HMAC, JSON.parse and a bare SendMessageBatch', webhook),
        ...figuresOf('a batch of 10 events', 'its bare calls to DynamoDB', batch),
      ],
    };
  },
};

export const FULL: Rounds = { warmUp: 1500, rounds: 30, callsPerRound: 100 };
export const QUICK: Rounds = { warmUp: 500, rounds: 10, callsPerRound: 50 };

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
