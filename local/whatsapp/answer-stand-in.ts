import type * as z from 'zod/mini';
import type { Webhook } from '../traffic/traffic.ts';
import { numberNews } from './account-webhooks.ts';
import { BUSINESS } from './business.ts';
import { type ApiRequest, ok, type Reaction, readJson } from './exchange.ts';
import { tierOf } from './graph/nodes.ts';
import { faultsOf, WITH_INPUT } from './issue-text.ts';
import { ledgerView, peopleView, personView, phoneMessages } from './ledger-view.ts';
import { findPerson, meetPerson, type Person, phoneDigits, USER_ID } from './people.ts';
import { lastReceived, preferMarketing, readAll, write } from './person-acts.ts';
import { changedRules, rulesChange } from './rules.ts';
import { marketingRequest, numberChange, writeRequest } from './stand-in-schemas.ts';
import type { World } from './world.ts';

/** An answer, and a webhook that goes out before it; how that was taken becomes its `webhook`. */
export interface StandInReaction extends Reaction {
  readonly webhook?: Webhook;
}

const PATH = /^\/stand-in\/(people|ledger|rules|numbers)(?:\/([^/]+))?(?:\/([^/]+))?$/;

/** What no provider has: people to play, the ledger, and the rules. */
export function answerStandIn(world: World, request: ApiRequest, now: number): StandInReaction {
  const { method, path, query } = request;
  const [, kind, id = '', act = ''] = PATH.exec(path) ?? [];
  const name = decodeURIComponent(id);
  switch (`${method} ${kind}`) {
    case 'GET ledger':
      return ok(ledgerView(world, query.get('recipient'), now));
    case 'GET rules':
      return ok(world.rules);
    case 'PATCH rules':
      return changeRules(world, request);
    case 'PATCH numbers':
      return changeNumber(world, name, request, now);
    case 'GET people':
      return id === '' ? ok({ people: peopleView(world, now) }) : showPhone(world, name, now);
    case 'POST people':
      return act === 'messages'
        ? writeAs(world, name, request, now)
        : actAs(world, name, act, request, now);
    default:
      return refused(404, `there is no ${method} ${path}`);
  }
}

function refused(status: number, message: string): Reaction {
  return { status, body: { error: { message } } };
}

function malformed(error: z.core.$ZodError): Reaction {
  return refused(400, faultsOf(error));
}

function changeRules(world: World, request: ApiRequest): Reaction {
  const { data, error } = rulesChange.safeParse(readJson(request), WITH_INPUT);
  if (data === undefined) return malformed(error);
  world.rules = changedRules(world.rules, data);
  return ok(world.rules);
}

function changeNumber(
  { numbers, rules }: World,
  id: string,
  request: ApiRequest,
  now: number,
): StandInReaction {
  const number = numbers.get(id);
  if (number === undefined) {
    return refused(404, `there is no number ${id}: there are ${[...numbers.keys()].join(', ')}`);
  }
  const { data, error } = numberChange.safeParse(readJson(request), WITH_INPUT);
  if (data === undefined) return malformed(error);
  const { messagesPerSecond, quality, status } = { ...number, ...data };
  const changed = {
    ...number,
    messagesPerSecond: messagesPerSecond ?? number.messagesPerSecond,
    quality: quality ?? number.quality,
    status: status ?? number.status,
  };
  numbers.set(id, changed);
  const webhook = numberNews(number, changed, tierOf(rules), now);
  return { ...ok(changed), ...(webhook !== undefined && { webhook }) };
}

function viewOf(world: World, person: Person, now: number) {
  return personView(person, phoneMessages(world, person, now));
}

function nobody(name: string): Reaction {
  return refused(404, `nobody here is ${name}`);
}

function showPhone(world: World, name: string, now: number): Reaction {
  const person = findPerson(world.people, name);
  if (person === undefined) return nobody(name);
  const messages = phoneMessages(world, person, now);
  return ok({ person: personView(person, messages), messages });
}

function writeAs(world: World, name: string, request: ApiRequest, now: number): StandInReaction {
  const { data, error } = writeRequest.safeParse(readJson(request), WITH_INPUT);
  if (data === undefined) return malformed(error);
  if (phoneDigits(name) === undefined && !USER_ID.test(name)) {
    return refused(400, `${name} is neither a phone number with its country code nor a user id`);
  }
  const { provider, channel } = data;
  const channels = provider === 'meta' ? [...world.numbers.keys()] : [BUSINESS.session.name];
  if (channel !== undefined && !channels.includes(channel)) {
    return refused(400, `there is no channel ${channel}: there are ${channels.join(', ')}`);
  }
  const person = meetPerson(world.people, name);
  person.name = data.name ?? person.name;
  person.username = data.username ?? person.username;
  const replyTo = data.replyTo === 'last' ? lastReceived(world, name) : data.replyTo;
  const { message, webhook } = write(world, person, { ...data, replyTo }, now);
  const body = { id: message.wamid, channel: message.channel };
  return { ...ok({ ...body, person: viewOf(world, person, now) }), webhook };
}

function actAs(
  world: World,
  name: string,
  act: string,
  request: ApiRequest,
  now: number,
): StandInReaction {
  const person = findPerson(world.people, name);
  if (person === undefined) return nobody(name);
  if (act === 'read') {
    const read = readAll(world, person, now);
    return ok({ person: viewOf(world, person, now), read });
  }
  return act === 'marketing'
    ? prefer(world, person, request, now)
    : refused(404, `nobody can ${act}`);
}

function prefer(world: World, person: Person, request: ApiRequest, now: number): StandInReaction {
  const { data, error } = marketingRequest.safeParse(readJson(request), WITH_INPUT);
  if (data === undefined) return malformed(error);
  const webhook = preferMarketing(world, person, data.wanted, now);
  return { ...ok({ person: viewOf(world, person, now) }), webhook };
}
