import { namesOfJid, namesOfKey } from '../providers/wasender/jid.ts';
import { textOf } from '../shared/json/fields.ts';
import { memberOf } from '../shared/json/json-source.ts';
import { answersOf } from './answers.ts';
import { listOf, parsed, textOrNull, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

type Choice = ContentOf<'choice'>;

function choice(members: Partial<Choice> & Pick<Choice, 'of'>): Choice {
  const none = { id: null, title: null, description: null, payload: null, results: null };
  return { kind: 'choice', ...none, ...members };
}

function isChosen({ id, title }: Choice): boolean {
  return id !== null || title !== null;
}

/** The answer to buttons, a list or a template, by the member that holds it; undefined where it is empty. */
export function wasenderChoice(member: string, content: unknown): Choice | undefined {
  const chosen = readChoice(member, content);
  return chosen !== undefined && isChosen(chosen) ? chosen : undefined;
}

function readChoice(member: string, content: unknown): Choice | undefined {
  switch (member) {
    case 'buttonsResponseMessage':
      return choice({
        of: 'button',
        id: textOrNull(content, 'selectedButtonId'),
        title: wordsOrNull(content, 'selectedDisplayText'),
      });
    case 'listResponseMessage':
      return choice({
        of: 'list',
        id: textOrNull(content, 'singleSelectReply', 'selectedRowId'),
        title: wordsOrNull(content, 'title'),
        description: wordsOrNull(content, 'description'),
      });
    case 'templateButtonReplyMessage': {
      const payload = textOrNull(content, 'selectedId');
      const title = wordsOrNull(content, 'selectedDisplayText');
      return choice({ of: 'template', id: payload, title, payload });
    }
    default:
      return undefined;
  }
}

/** Names of native flows that are buttons and lists. */
const CHOICES: Readonly<Record<string, Choice['of']>> = {
  quick_reply: 'button',
  menu_options: 'list',
  single_select: 'list',
};

/** The answer to a native flow: a choice, or a form's answers. */
export function nativeFlowContent(content: unknown): Choice | ContentOf<'flow'> | undefined {
  const reply = memberOf(content, 'nativeFlowResponseMessage');
  const name = textOf(reply, 'name');
  const json = memberOf(reply, 'paramsJson');
  const text = wordsOrNull(content, 'body', 'text');
  const of = name !== undefined && Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
  if (of !== undefined) {
    const chosen = chosenIn(of, parsed(json), text);
    if (isChosen(chosen)) return chosen;
  }
  const answers = answersOf(json);
  if (name === undefined && answers === null) return undefined;
  return { kind: 'flow', name: name ?? null, answers, text };
}

function chosenIn(of: Choice['of'], parameters: unknown, text: string | null): Choice {
  return choice({
    of,
    id: textOrNull(parameters, 'id'),
    title: wordsOrNull(parameters, 'display_text') ?? wordsOrNull(parameters, 'title') ?? text,
    description: wordsOrNull(parameters, 'description'),
  });
}

/** A vote in a poll: encrypted, so that it says no more than that there was one. */
export function encryptedVote(): Choice {
  return choice({ of: 'poll' });
}

/** How a poll stands: `poll.results`, or the update of a message that WasenderApi could decrypt. */
export function pollResults(list: unknown): Choice | undefined {
  const results = listOf({ list }, 'list')
    .map((result) => ({
      title: wordsOrNull(result, 'name') ?? wordsOrNull(result, 'optionName'),
      voters: listOf(result, 'voters').flatMap(voterOf),
    }))
    .filter(({ title, voters }) => title !== null || voters.length > 0);
  if (results.length === 0) return undefined;
  const chosen = results.filter(({ voters }) => voters.length > 0);
  const title = chosen.length === 1 ? (chosen[0]?.title ?? null) : null;
  return choice({ of: 'poll', title, results });
}

/** Votes that could be decrypted; undefined where none was: an option is then no more than a hash. */
export function pollVotes(list: unknown): Choice | undefined {
  const votes = listOf({ list }, 'list').flatMap((update) => {
    const key = memberOf(update, 'pollUpdateMessageKey');
    const { lid, phone } = namesOfKey(key);
    const voter = phone ?? lid;
    return listOf(update, 'vote', 'selectedOptions')
      .map(optionTitle)
      .filter((title) => title !== null)
      .map((title) => ({ title, voters: voter === undefined ? [] : [voter] }));
  });
  const byTitle = [...Map.groupBy(votes, ({ title }) => title)];
  const results = byTitle.map(([title, told]) => ({
    title,
    voters: told.flatMap(({ voters }) => voters),
  }));
  const [first] = results;
  if (first === undefined) return undefined;
  return choice({ of: 'poll', title: results.length === 1 ? first.title : null, results });
}

/** A SHA-256 in hex or base64, by which WhatsApp names an option. */
const HASH = /^(?:[0-9a-f]{64}|[0-9a-zA-Z+/]{43}=)$/i;

function optionTitle(option: unknown): string | null {
  const title =
    wordsOrNull({ option }, 'option') ??
    wordsOrNull(option, 'optionName') ??
    wordsOrNull(option, 'name');
  return title === null || HASH.test(title) ? null : title;
}

function voterOf(voter: unknown): string[] {
  const { phone, lid, chatId } = namesOfJid(textOf({ voter }, 'voter'));
  const name = phone ?? lid ?? chatId;
  return name === undefined ? [] : [name];
}
