import type { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import type { Target } from '../traffic/sign.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Reaction } from './exchange.ts';
import { keptRequests } from './kept-requests.ts';
import { takeDue } from './outbox.ts';
import { recentSends } from './recent-sends.ts';
import { restoreSend } from './spent-sends.ts';
import { startWebhookSender } from './webhook-sender.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface PlayerOptions extends WorldOptions {
  /** Where webhooks go, once that is known. */
  readonly target: Promise<Target>;
  readonly clock: Pick<LocalClock, 'now' | 'sleep'>;
  /** @default nothing is kept */
  readonly keep?: Keep | undefined;
  /** Sends of which requests are kept. @default 5,000 */
  readonly mostBodies?: number | undefined;
}

export interface Player {
  readonly world: World;
  readonly answer: (request: ApiRequest) => Promise<Reaction>;
  /** Tells nobody anything more. */
  readonly stop: () => void;
}

/** Of the sends before these what came of them is kept, and not what they said. */
const MOST_BODIES = 5000;

/**
 * Gives the world its clock, and has it tell what it has to tell.
 *
 * The world is what it was asked, and when: asked all of that again, it is as it was. Of sends of long ago it is what came
 * of them.
 */
export async function startPlayer(options: PlayerOptions): Promise<Player> {
  const {
    target,
    clock,
    keep = KEEPS_NOTHING,
    mostBodies = MOST_BODIES,
    ...worldOptions
  } = options;
  const { world, draws } = countingWorld(worldOptions);
  const kept = keptRequests(keep);
  const sends = recentSends(world, draws, mostBodies, kept.spend);
  let callbackUrl = '';
  for (const one of kept.all()) {
    if ('spent' in one) restoreSend(world, one.spent);
    else {
      callbackUrl = one.request.callbackUrl;
      const { request, at, key } = one;
      const asked = sends.watched(at, () => answer(world, request, at, callbackUrl));
      await asked.answer;
      if (asked.effect !== undefined) sends.note(key, asked.effect);
    }
  }
  let toldUntil = kept.toldUntil();
  takeDue(world.outbox, toldUntil);
  const sender = startWebhookSender(world.outbox, clock, target, (until) => {
    toldUntil = until;
    kept.told(until);
  });
  void target.then(({ baseUrl }) => (callbackUrl = `${baseUrl}/webhooks/meta`));
  sender.look();
  return {
    world,
    answer: async (request) => {
      const at = clock.now();
      const asked = sends.watched(at, () => answer(world, request, at, callbackUrl));
      const { webhook, ...reaction } = await asked.answer;
      const key = kept.put({ ...request, callbackUrl }, at);
      if (key !== undefined && asked.effect !== undefined) sends.note(key, asked.effect);
      sends.spendOld(toldUntil);
      sender.look();
      if (webhook === undefined) return reaction;
      const told = { webhook: { status: await sender.post(webhook) } };
      return { ...reaction, body: Object.assign({}, reaction.body, told) };
    },
    stop: sender.stop,
  };
}

/** A world, and how often it has asked chance. */
function countingWorld(options: WorldOptions) {
  const world = createWorld(options);
  let draws = 0;
  const random = () => {
    draws += 1;
    return world.random();
  };
  return { world: { ...world, random }, draws: () => draws };
}
