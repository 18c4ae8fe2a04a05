import { textOf } from '../../shared/json/fields.ts';
import { changeIn } from './changes.ts';
import { itemType } from './content.ts';
import { contentId, idOf, keyOfItem, type Told, type WasenderItem, written } from './item.ts';

/** A message, or what it changes of another one or of its chat. */
export function message(item: WasenderItem, session: string): Told {
  const change = changeIn(item, session);
  if (change !== undefined) return change;
  const told = written(item, session);
  const id = textOf(keyOfItem(item), 'id');
  const type = itemType(item.leaf.value);
  return {
    ...told,
    type,
    id: id === undefined ? contentId(item, session) : idOf(session, told, id, type),
  };
}

/** The business's own message, which `messages.upsert` announces as well; not if it could not be sent. */
export function sentMessage(item: WasenderItem, session: string): Told {
  const leaf = item.leaf.value;
  if (textOf(leaf, 'success') !== 'false') return message(item, session);
  return { ...written(item, session), type: itemType(leaf), id: contentId(item, session) };
}
