import type * as z from 'zod/mini';
import { refusalAnswer } from '../../../local/whatsapp/stand-in-schemas.ts';
import { readLocalStacks } from '../stack/local-stack.ts';
import { type Surroundings, UnavailableError, UsageError } from '../terminal/command.ts';

export interface StandInClient {
  /**
   * Resolves with the answer's JSON: a POST where there is a body.
   *
   * Throws `UsageError` for what the stand-in calls wrong, and `UnavailableError` for any other refusal.
   */
  readonly call: <Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    body?: object,
  ) => Promise<z.output<Schema>>;
}

/** Talks to the stand-in for WhatsApp: that of the local stack, where no other is named. */
export function openStandIn(
  named: string | undefined,
  surroundings: Pick<Surroundings, 'projectFolder'>,
): StandInClient {
  const url = (named ?? findStandIn(surroundings)).replace(/\/$/, '');
  return {
    call: async (path, schema, body) => {
      const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${url}/stand-in/${path}`, request).catch((cause) => {
        throw new UnavailableError(`nothing answers at ${url}: start it with \`npm start\``, {
          cause,
        });
      });
      const json: unknown = await response.json().catch(() => undefined);
      const refused = refusalAnswer.safeParse(json).data?.error.message;
      if (response.status === 400 && refused !== undefined) throw new UsageError(refused);
      const answer = schema.safeParse(json);
      if (response.ok && answer.success) return answer.data;
      throw new UnavailableError(
        refused ?? `${url} answered ${response.status}: is it the stand-in?`,
      );
    },
  };
}

function findStandIn({ projectFolder }: Pick<Surroundings, 'projectFolder'>): string {
  const [stack] = readLocalStacks(projectFolder);
  if (stack === undefined) {
    throw new UnavailableError('no local stack runs: start it with `npm start`');
  }
  if (stack.whatsapp !== undefined) return stack.whatsapp;
  throw new UnavailableError('the local stack is of an earlier release: start it again');
}
