import { isDeepStrictEqual } from 'node:util';
import database, { type Item, type Store, type Table } from 'dynalite/db/index.js';

/** What one write made of an item. */
export interface Change {
  /** Partition key first. */
  readonly keys: Item;
  readonly oldImage: Item | undefined;
  readonly newImage: Item | undefined;
  /** Of keys and images, in bytes, as DynamoDB counts them. */
  readonly bytes: number;
}

export type OnChange = (tableName: string, change: Change) => void;

const listeners = new WeakMap<object, OnChange>();
const { updateIndexes, itemSize } = database;

/**
 * Tells of each write to a dynalite that changed something, in the order of the writes of an item.
 *
 * The emulator is known by the options that it is started with.
 */
export function hearChanges(options: object, onChange: OnChange): void {
  listeners.set(options, onChange);
  database.updateIndexes = updateIndexesAndTell;
}

/** Here dynalite has both images in hand, and the lock of their item. */
function updateIndexesAndTell(
  store: Store,
  table: Table,
  oldItem: Item | undefined,
  newItem: Item | null,
  done: (error: unknown) => void,
): void {
  updateIndexes(store, table, oldItem, newItem, (error) => {
    // Stores the item before it returns, so that nobody hears of a change that cannot be read yet.
    done(error);
    const onChange = listeners.get(store.options);
    if (error || onChange === undefined) return;
    const change = changeOf(table, oldItem, newItem ?? undefined);
    if (change !== undefined) onChange(table.TableName, change);
  });
}

/** Undefined where all is as it was. */
function changeOf(
  { KeySchema }: Table,
  oldImage: Item | undefined,
  newImage: Item | undefined,
): Change | undefined {
  const item = newImage ?? oldImage;
  if (item === undefined || isDeepStrictEqual(oldImage, newImage, { skipPrototype: true })) {
    return undefined;
  }
  const keys: Item = Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => placeInKey(KeySchema, name) >= 0)
      .toSorted(([a], [b]) => placeInKey(KeySchema, a) - placeInKey(KeySchema, b)),
  );
  const images = [keys, ...(oldImage ? [oldImage] : []), ...(newImage ? [newImage] : [])];
  const bytes = images.reduce((sum, image) => sum + itemSize(image), 0);
  return { keys, oldImage, newImage, bytes };
}

function placeInKey(schema: Table['KeySchema'], name: string): number {
  return schema.findIndex(({ AttributeName }) => AttributeName === name);
}
