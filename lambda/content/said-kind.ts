import type { RoutedEvent } from '../events/routed-event.ts';
import { contentOf } from './content.ts';
import type { ContentKind } from './schema.ts';

/**
 * Tells the kind of what an event says, read from its payload when somebody asks, and once.
 *
 * Undefined where it says nothing, or where the payload lies elsewhere: then its type is all that is
 * known.
 */
export function saidKindOf(event: RoutedEvent): () => ContentKind | undefined {
  let kind: { readonly of: ContentKind | undefined } | undefined;
  return () => {
    kind ??= { of: kindIn(event) };
    return kind.of;
  };
}

function kindIn({ provider, kind, type, payload }: RoutedEvent): ContentKind | undefined {
  if (payload === undefined) return KINDS_OF_TYPES.get(type);
  const reading = readJson(payload);
  return reading && contentOf({ provider, kind, webhook: reading.webhook })?.kind;
}

/** A record of the stream whose payload is none must hold up no other. */
function readJson(payload: string): { readonly webhook: unknown } | undefined {
  try {
    return { webhook: JSON.parse(payload) };
  } catch {
    return undefined;
  }
}

/** Types that say one thing under another name. */
const KINDS_OF_TYPES = new Map<string, ContentKind>([
  ['button', 'choice'],
  ['buttons', 'text'],
  ['contact', 'contacts'],
  ['contactsArray', 'contacts'],
  ['edit', 'edited'],
  // What does not fit a row is a form's answers; of buttons and lists Meta limits what they hold.
  ['interactive', 'flow'],
  ['interactiveResponse', 'flow'],
  ['messages.delete', 'deleted'],
  ['poll.results', 'choice'],
  ['ptv', 'video'],
  ['revoke', 'deleted'],
]);
