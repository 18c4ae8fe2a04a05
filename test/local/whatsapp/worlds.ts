import * as z from 'zod/mini';
import { answer } from '../../../local/whatsapp/answer.ts';
import type { StandInReaction } from '../../../local/whatsapp/answer-stand-in.ts';
import { NUMBERS } from '../../../local/whatsapp/business.ts';
import { takeDue } from '../../../local/whatsapp/outbox.ts';
import { meetPerson, type Person } from '../../../local/whatsapp/people.ts';
import { write } from '../../../local/whatsapp/person-acts.ts';
import { changedRules, type rulesChange } from '../../../local/whatsapp/rules.ts';
import { createWorld, type World } from '../../../local/whatsapp/world.ts';

/** Any moment will do: the stand-in has no clock of its own. */
export const NOW = 1_796_000_000_000;
export const NUMBER = NUMBERS[0]?.id ?? '';
export const SOFIA = '5215550001234';
export const TOKENS = { meta: 'graph-token', wasender: 'session-key' };

/** Each message told of in time, once, in order. */
const CALM = { lateShare: 0, doubledShare: 0, disorderedShare: 0, readAtOnceShare: 0 };

export function aWorld(rules: z.output<typeof rulesChange> = {}): World {
  const world = createWorld({ tokens: TOKENS, seed: 7 });
  const statuses = { ...CALM, ...rules.statuses };
  world.rules = changedRules(world.rules, { ...rules, statuses });
  return world;
}

/** Somebody who wrote at a moment, so that their window is open. */
export function someoneWriting(world: World, name = SOFIA, at = NOW): Person {
  const person = meetPerson(world.people, name);
  write(world, person, { text: 'hola', provider: 'meta' }, at);
  return person;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly json?: unknown;
  readonly token?: string;
  readonly at?: number;
}

/** One request to the stand-in, with the token of the API that it goes to. */
export async function call(world: World, one: Call): Promise<StandInReaction> {
  const { method = one.json === undefined ? 'GET' : 'POST', path, json, at = NOW } = one;
  const token = one.token ?? (path.startsWith('/api/') ? TOKENS.wasender : TOKENS.meta);
  const [pathname = '', query = ''] = path.split('?');
  const request = {
    ...{ method, path: pathname, query: new URLSearchParams(query), origin: 'http://here' },
    authorization: `Bearer ${token}`,
    contentType: 'application/json',
    body: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json ?? '')),
  };
  return await answer(world, request, at, 'http://stack/webhooks/meta');
}

export const aText = { type: 'text', text: { body: 'hi' } };

export function aTemplate(name: string, ...texts: readonly string[]): object {
  const parameters = texts.map((text) => ({ type: 'text', text }));
  const components = texts.length === 0 ? [] : [{ type: 'body', parameters }];
  return { type: 'template', template: { name, language: { code: 'en_US' }, components } };
}

/** Sends a message of Graph's, to Sofía where nobody else is named. */
export function send(
  world: World,
  message: object,
  { at = NOW, number = NUMBER, endpoint = 'messages' } = {},
): Promise<StandInReaction> {
  const to = 'recipient' in message ? {} : { to: SOFIA };
  const json = { messaging_product: 'whatsapp', ...to, ...message };
  return call(world, { path: `/v23.0/${number}/${endpoint}`, json, at });
}

const refusal = z.object({ error: z.looseObject({ code: z.number() }) });

/** The code of a refusal; undefined of what was taken. */
export function codeOf({ body }: StandInReaction): number | undefined {
  return refusal.safeParse(body).data?.error.code;
}

/** What an error of Graph's says in detail. */
export function detailsOf({ body }: StandInReaction): string {
  const shape = z.object({ error: z.object({ error_data: z.object({ details: z.string() }) }) });
  return shape.parse(body).error.error_data.details;
}

const status = z.looseObject({ id: z.string(), status: z.string() });
export type Status = z.output<typeof status>;
const webhook = z.object({
  entry: z.array(
    z.object({
      changes: z.array(
        z.looseObject({
          value: z.looseObject({
            statuses: z.optional(z.array(status)),
            contacts: z.optional(z.array(z.looseObject({}))),
          }),
        }),
      ),
    }),
  ),
});

/** All statuses that are told until a moment, in the order in which they are told. */
export function statusesUntil(world: World, at: number): Status[] {
  return changesUntil(world, at).flatMap(({ value }) => value.statuses ?? []);
}

export function changesUntil(world: World, at: number) {
  return takeDue(world.outbox, at)
    .map(({ body }) => webhook.parse(JSON.parse(body)))
    .flatMap(({ entry }) => entry.flatMap(({ changes }) => changes));
}
