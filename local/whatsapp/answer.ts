import { providerFile } from '../media/provider-file.ts';
import { answerStandIn, type StandInReaction } from './answer-stand-in.ts';
import { type ApiRequest, ok, type Reaction } from './exchange.ts';
import { answerGraph, checkToken } from './graph/answer-graph.ts';
import { graphError } from './graph/errors.ts';
import { handOutFile } from './graph/media.ts';
import { answerWasender } from './wasender/answer-wasender.ts';
import type { World } from './world.ts';

/**
 * Answers any request: to WasenderApi under `/api`, to what hands out files, to the stand-in itself, and
 * to Graph.
 */
export function answer(
  world: World,
  request: ApiRequest,
  now: number,
  callbackUrl: string,
): StandInReaction | Promise<StandInReaction> {
  const [, first, id = ''] = request.path.split('/');
  switch (first) {
    case 'api':
      return answerWasender(world, request, now);
    case 'stand-in':
      return answerStandIn(world, request, now);
    case 'attachments':
      return attachment(world, decodeURIComponent(id), request, now);
    case 'decrypted-media':
      return ok(providerFile(decodeURIComponent(id)).bytes);
    default:
      return answerGraph(world, request, now, callbackUrl);
  }
}

function attachment(world: World, id: string, request: ApiRequest, now: number): Reaction {
  const refusal = checkToken(world, request);
  if (refusal !== undefined) return graphError(refusal);
  return handOutFile(world, id, request, now) ?? ok(providerFile(id).bytes);
}
