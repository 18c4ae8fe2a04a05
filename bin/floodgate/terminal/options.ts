/** An option, as help shows it and the command line is read by. */
export interface OptionShape {
  readonly type: 'string' | 'boolean';
  /** Whether it may be said again. */
  readonly multiple?: true;
  /** What holds where nobody says it. */
  readonly default?: string | false;
  /** What stands for its value in help, such as `TIME`. */
  readonly value?: string;
  readonly says: string;
  /** What help shows as the default, where `default` does not. */
  readonly shown?: string;
  /** Heading in help. */
  readonly group?: string;
}

/** The options of a command by their names, without the dashes. */
export type OptionTable = Readonly<Record<string, OptionShape>>;

/** Takes a text. */
export function text(value: string, says: string, shown?: string) {
  return { type: 'string', value, says, ...(shown !== undefined && { shown }) } as const;
}

/** Takes a text, and has one where nobody says it. */
export function textOr(value: string, says: string, byDefault: string) {
  return { type: 'string', value, says, default: byDefault } as const;
}

/** Takes a text, and may be said again. */
export function texts(value: string, says: string) {
  return { type: 'string', multiple: true, value, says } as const;
}

export function flag(says: string) {
  return { type: 'boolean', says, default: false } as const;
}

/** A flag of which it matters whether it was typed. */
export function typedFlag(says: string) {
  return { type: 'boolean', says } as const;
}

/** Puts options under a heading. */
export function under<const Table extends OptionTable>(
  group: string,
  table: Table,
): { readonly [Name in keyof Table]: Table[Name] & { readonly group: string } };
export function under(group: string, table: OptionTable): OptionTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, shape]) => [name, { ...shape, group }]),
  );
}

/** What was typed, and the defaults. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name] extends WithDefault ? Name : never]: One<
    Table[Name]
  >;
} & {
  readonly [Name in keyof Table as Table[Name] extends WithDefault ? never : Name]?: One<
    Table[Name]
  >;
};

type WithDefault = { readonly default: string | false };
type One<Shape extends OptionShape> = Shape extends { readonly type: 'boolean' }
  ? boolean
  : Shape extends { readonly multiple: true }
    ? readonly string[]
    : string;

/** How every command is told to answer programs. */
export const JSON_OPTION = under('Output:', {
  json: flag('print JSON, and nothing else; errors go to stderr'),
});

/** Which stack, for commands that need its queues, table and buckets. */
export const STACK_OPTION = under('Which stack:', {
  stack: text(
    'NAME',
    'in AWS, such as Floodgate-production, by your credentials and Region',
    'the local stack',
  ),
});

/** Which stack, for commands that need `/v1` alone. */
export const API_OPTIONS = under('Which stack:', {
  stack: text('NAME', 'in AWS, such as Floodgate-production, by your credentials and Region'),
  api: text('URL', 'or by its address; FLOODGATE_API is the same', 'the local stack'),
});
