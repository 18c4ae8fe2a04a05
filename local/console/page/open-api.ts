/** What the page shows of an OpenAPI document. */
export interface ApiOperation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly says: string }[];
  /** What its body and its answer are, in words. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly example: unknown;
}

/** Operations on one kind of thing. */
export interface ApiRoom {
  readonly name: string;
  readonly operations: readonly ApiOperation[];
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];

/** The operations of a document, by what they are about. */
export function roomsOf(document: unknown): readonly ApiRoom[] {
  const operations = entriesOf(at(document, 'paths')).flatMap(([path, item]) =>
    entriesOf(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => operationOf(document, path, method, operation)),
  );
  const rooms = Map.groupBy(operations, ({ path }) => roomOf(path));
  return [...rooms].map(([name, some]) => ({ name, operations: some }));
}

function roomOf(path: string): string {
  const words = path.split('/').filter((word) => word !== '' && !word.startsWith('{'));
  const inChannel = ['contacts', 'messages', 'outgoing'].find((word) => words.includes(word));
  const name = inChannel ?? words[1] ?? path;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function operationOf(
  document: unknown,
  path: string,
  method: string,
  operation: unknown,
): ApiOperation {
  const responses = entriesOf(at(operation, 'responses'));
  const good = responses.find(([status]) => status.startsWith('2'))?.[1];
  const answer = at(good, 'content', 'application/json');
  const parameters = at(operation, 'parameters');
  return {
    ...{ method: method.toUpperCase(), path, summary: textOf(at(operation, 'summary')) },
    parameters: Array.isArray(parameters)
      ? parameters.map((one) => ({
          name: textOf(at(one, 'name')),
          says: textOf(at(one, 'description')),
        }))
      : [],
    input: saidOf(document, at(operation, 'requestBody', 'content', 'application/json', 'schema')),
    output: saidOf(document, at(answer, 'schema')),
    example: at(answer, 'example'),
  };
}

/** What a schema that has a name says of itself. */
function saidOf(document: unknown, schema: unknown): string | undefined {
  const name = /^#\/components\/schemas\/(.+)$/.exec(textOf(at(schema, '$ref')))?.[1];
  if (name === undefined) return undefined;
  const says = textOf(at(document, 'components', 'schemas', name, 'description'));
  return says === '' ? name : `${name}: ${says}`;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined,
    value,
  );
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
