import { templatesOf } from '../providers/wasender/files.ts';
import { isRecord, memberOf } from '../shared/json/json-source.ts';
import { listOf, textOrNull, wordsOf, wordsOrNull } from './read.ts';
import type { ContentOf } from './schema.ts';

type Text = ContentOf<'text'>;

/** What is offered to choose from, with its words: buttons, lists, templates, polls; undefined for all else. */
export function offerContent(member: string, content: unknown): Text | undefined {
  const text = offerWords(member, content);
  const options = OFFERS.has(member) ? optionsIn(content) : [];
  if (text === undefined && options.length === 0) return undefined;
  return { kind: 'text', text: text ?? '', previewUrl: null, options };
}

const OFFERS = new Set(['buttonsMessage', 'interactiveMessage', 'listMessage', 'templateMessage']);
const POLL = /^pollCreationMessage/;

/** The words of such a message. */
function offerWords(member: string, content: unknown): string | undefined {
  switch (member) {
    case 'buttonsMessage':
      return wordsOf(content, 'contentText') ?? wordsOf(content, 'text');
    case 'listMessage':
      return wordsOf(content, 'description') ?? wordsOf(content, 'title');
    case 'interactiveMessage':
      return wordsOf(content, 'body', 'text') ?? wordsOf(content, 'header', 'title');
    case 'templateMessage':
      return templateWords(content);
    default:
      return undefined;
  }
}

function templateWords(content: unknown): string | undefined {
  const interactive = memberOf(content, 'interactiveMessageTemplate');
  return (
    templatesOf(content)
      .map((template) => wordsOf(template, 'hydratedContentText'))
      .find((words) => words !== undefined) ?? wordsOf(interactive, 'body', 'text')
  );
}

function optionsIn(content: unknown): Text['options'] {
  const interactive = memberOf(content, 'interactiveMessageTemplate') ?? content;
  const buttons = [
    ...listOf(content, 'buttons'),
    ...listOf(interactive, 'nativeFlowMessage', 'buttons'),
    ...templateButtons(content),
  ];
  const rows = listOf(content, 'sections').flatMap((section) => listOf(section, 'rows'));
  return [...buttons, ...rows].map(optionOf);
}

/** A template comes in several forms, each with all buttons. */
function templateButtons(content: unknown): readonly unknown[] {
  return (
    templatesOf(content)
      .map((template) => listOf(template, 'hydratedButtons'))
      .find(({ length }) => length > 0) ?? []
  );
}

function optionOf(option: unknown): Text['options'][number] {
  const parameters = parametersOf(option);
  const button = memberOf(option, 'quickReplyButton') ?? memberOf(option, 'urlButton') ?? option;
  return {
    id:
      textOrNull(button, 'buttonId') ??
      textOrNull(button, 'rowId') ??
      textOrNull(button, 'id') ??
      textOrNull(parameters, 'id'),
    title:
      wordsOrNull(button, 'buttonText', 'displayText') ??
      wordsOrNull(button, 'displayText') ??
      wordsOrNull(button, 'title') ??
      wordsOrNull(parameters, 'display_text'),
    description: wordsOrNull(button, 'description'),
  };
}

function parametersOf(option: unknown): unknown {
  const json = memberOf(option, 'buttonParamsJson');
  try {
    return typeof json === 'string' ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

/** A poll: its question, and what may be answered. */
export function pollContent(member: string, content: unknown): Text | undefined {
  if (!POLL.test(member) || !isRecord(content)) return undefined;
  const options = listOf(content, 'options').map((option) => ({
    id: null,
    title: wordsOrNull(option, 'optionName'),
    description: null,
  }));
  const text = wordsOf(content, 'name');
  return text === undefined && options.length === 0
    ? undefined
    : { kind: 'text', text: text ?? '', previewUrl: null, options };
}
