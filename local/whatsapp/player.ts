import type { LocalClock } from '../clock.ts';
import { KEEPS_NOTHING, type Keep } from '../keep/keep.ts';
import type { Target } from '../traffic/sign.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Reaction } from './exchange.ts';
import { keptRequests } from './kept-requests.ts';
import { takeDue } from './outbox.ts';
import { startWebhookSender } from './webhook-sender.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface PlayerOptions extends WorldOptions {
  /** Where webhooks go, once that is known. */
  readonly target: Promise<Target>;
  readonly clock: Pick<LocalClock, 'now' | 'sleep'>;
  /** @default nothing is kept */
  readonly keep?: Keep | undefined;
}

export interface Player {
  readonly world: World;
  readonly answer: (request: ApiRequest) => Promise<Reaction>;
  /** Tells nobody anything more. */
  readonly stop: () => void;
}

/**
 * Gives the world its clock, and has it tell what it has to tell.
 *
 * The world is what it was asked, and when: asked all of that again, it is as it was.
 */
export async function startPlayer(options: PlayerOptions): Promise<Player> {
  const { target, clock, keep = KEEPS_NOTHING, ...worldOptions } = options;
  const world = createWorld(worldOptions);
  const kept = keptRequests(keep);
  let callbackUrl = '';
  for (const { request, at } of kept.all()) {
    callbackUrl = request.callbackUrl;
    await answer(world, request, at, callbackUrl);
  }
  takeDue(world.outbox, kept.toldUntil());
  const sender = startWebhookSender(world.outbox, clock, target, kept.told);
  void target.then(({ baseUrl }) => (callbackUrl = `${baseUrl}/webhooks/meta`));
  sender.look();
  return {
    world,
    answer: async (request) => {
      const at = clock.now();
      const { webhook, ...reaction } = await answer(world, request, at, callbackUrl);
      kept.put({ ...request, callbackUrl }, at);
      sender.look();
      if (webhook === undefined) return reaction;
      const told = { webhook: { status: await sender.post(webhook) } };
      return { ...reaction, body: Object.assign({}, reaction.body, told) };
    },
    stop: sender.stop,
  };
}
