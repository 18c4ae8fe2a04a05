import type { LocalClock } from '../clock.ts';
import type { Target } from '../traffic/sign.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Reaction } from './exchange.ts';
import { startWebhookSender } from './webhook-sender.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface PlayerOptions extends WorldOptions {
  /** Where webhooks go, once that is known. */
  readonly target: Promise<Target>;
  readonly clock: Pick<LocalClock, 'now' | 'sleep'>;
}

export interface Player {
  readonly world: World;
  readonly answer: (request: ApiRequest) => Promise<Reaction>;
  /** Tells nobody anything more. */
  readonly stop: () => void;
}

/** Gives the world its clock, and has it tell what it has to tell. */
export function startPlayer({ target, clock, ...options }: PlayerOptions): Player {
  const world = createWorld(options);
  const sender = startWebhookSender(world.outbox, clock, target);
  let callbackUrl = '';
  void target.then(({ baseUrl }) => (callbackUrl = `${baseUrl}/webhooks/meta`));
  return {
    world,
    answer: async (request) => {
      const { webhook, ...reaction } = await answer(world, request, clock.now(), callbackUrl);
      sender.look();
      if (webhook === undefined) return reaction;
      const told = { webhook: { status: await sender.post(webhook) } };
      return { ...reaction, body: Object.assign({}, reaction.body, told) };
    },
    stop: sender.stop,
  };
}
