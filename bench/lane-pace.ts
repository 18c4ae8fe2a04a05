import { lanesOf } from '../lambda/channels/channel.ts';
import { seededRandom } from '../local/traffic/random.ts';
import { laneRows, mostIn, type Request, runInWorld } from '../test/sending/lane-world.ts';
import { ASSUMED } from './assumed.ts';

/** How a channel kept its pace. */
export interface KeptPace {
  /** Of what the provider allows, from 0 to 1. */
  readonly share: number;
  /** Messages by which the busiest second, wherever it begins, was above the limit. */
  readonly above: number;
}

const SECONDS = 20;
const ANSWER_SPREAD = 0.5;

/**
 * One slice of all lanes of a channel, with a clock that jumps.
 *
 * @param latenessMs of timers, as it was measured: each timer is as late as one of these
 */
export async function simulatePace(
  messagesPerSecond: number,
  latenessMs: readonly number[],
  seed: number,
): Promise<KeptPace> {
  const random = seededRandom(seed, 'pace');
  const lateness = () => latenessMs[Math.floor(random() * latenessMs.length)] ?? 0;
  const about = (ms: number) => ms * (1 - ANSWER_SPREAD + 2 * ANSWER_SPREAD * random());
  const lanes = lanesOf({ messagesPerSecond });
  const requests: Request[] = [];
  for (let lane = 0; lane < lanes; lane += 1) {
    const ended = await runInWorld({
      rows: laneRows(Math.ceil(((SECONDS + 1) * messagesPerSecond) / lanes)),
      ...{ messagesPerSecond, lateness, sliceMs: 1000 * SECONDS },
      claimMs: () => about(ASSUMED.dynamoDbMs),
      answerMs: () => about(ASSUMED.graphMs),
    });
    requests.push(...ended.requests);
  }
  requests.sort((one, other) => one.requestedAt - other.requestedAt);
  return {
    share: requests.length / (SECONDS * messagesPerSecond),
    above: Math.max(0, mostIn(requests, 1000) - messagesPerSecond),
  };
}
