/** JSON that need not be what a serializer writes: members keep their source, and may come twice. */
export type JsonTree =
  /** Source of a scalar. */
  string | JsonTree[] | JsonObject;

/** In an object of its own, so that it is told from an array of arrays. */
export interface JsonObject {
  /** Source of the key, and the value. */
  readonly members: [string, JsonTree][];
}

export function isObject(tree: JsonTree): tree is JsonObject {
  return typeof tree === 'object' && !Array.isArray(tree);
}

export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map<[string, JsonTree]>(([key, member]) => [
    JSON.stringify(key),
    treeOf(member),
  ]);
  return { members };
}

export function writeTree(tree: JsonTree, space = ''): string {
  if (typeof tree === 'string') return tree;
  const between = `${space},${space}`;
  if (Array.isArray(tree)) {
    return `[${space}${tree.map((element) => writeTree(element, space)).join(between)}${space}]`;
  }
  const members = tree.members.map(
    ([key, member]) => `${key}${space}:${space}${writeTree(member, space)}`,
  );
  return `{${space}${members.join(between)}${space}}`;
}

/** A place below the root of a tree, and how to change what is there. */
export interface Place {
  /** Keys of the members on the way, with `[]` for an element. */
  readonly path: readonly string[];
  readonly tree: JsonTree;
  /** Puts these in its place: none to drop it, two to double it. */
  readonly replace: (...trees: JsonTree[]) => void;
  /** Gives the member another key; of an element there is none. */
  readonly rename: (key: string) => void;
}

/** All places below the root, in source order. */
export function placesIn(tree: JsonTree, path: readonly string[] = []): Place[] {
  if (typeof tree === 'string') return [];
  const places = Array.isArray(tree)
    ? tree.map((element) => elementPlace(tree, element, [...path, '[]']))
    : tree.members.map((member) => memberPlace(tree, member, [...path, member[0]]));
  return places.flatMap((place) => [place, ...placesIn(place.tree, place.path)]);
}

function elementPlace(elements: JsonTree[], tree: JsonTree, path: readonly string[]): Place {
  return {
    path,
    tree,
    replace: (...trees) => void elements.splice(elements.indexOf(tree), 1, ...trees),
    rename: () => undefined,
  };
}

function memberPlace(
  { members }: JsonObject,
  member: [string, JsonTree],
  path: readonly string[],
): Place {
  const [key, tree] = member;
  return {
    path,
    tree,
    replace: (...trees) => {
      const members_ = trees.map<[string, JsonTree]>((one) => [key, one]);
      members.splice(members.indexOf(member), 1, ...members_);
    },
    rename: (other) => {
      member[0] = other;
    },
  };
}
