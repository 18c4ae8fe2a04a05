declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** @see https://github.com/architect/dynalite */
  function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
    readonly maxItemSizeKb: number;
  }): Server;

  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  import type { AttributeValue } from 'aws-lambda';

  type Item = Readonly<Record<string, AttributeValue>>;

  interface Table {
    readonly TableName: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }

  /** What an emulator keeps; its options are those that it was started with. */
  interface Store {
    readonly options: object;
  }

  interface Database {
    /** Part of every write, between its condition and the storing of the item. */
    updateIndexes: (
      store: Store,
      table: Table,
      oldItem: Item | undefined,
      newItem: Item | null,
      done: (error: unknown) => void,
    ) => void;
    /** In bytes, as DynamoDB counts them. */
    readonly itemSize: (item: Item) => number;
  }

  const database: Database;
  // biome-ignore lint/style/noDefaultExport: so Node sees what a CommonJS module exports.
  export default database;
  export type { Item, Store, Table };
}

declare module 'dynalite/db/conditionParser.js' {
  import type { Parser } from 'dynalite/db/updateParser.js';

  /** Of conditions, key conditions and filters. */
  const parser: Parser;
  // biome-ignore lint/style/noDefaultExport: so Node sees what a CommonJS module exports.
  export default parser;
}

declare module 'dynalite/db/updateParser.js' {
  interface Context {
    readonly attrNames?: Readonly<Record<string, string>>;
    readonly attrVals?: Readonly<Record<string, object>>;
    /** The parser removes what the expression names. */
    readonly unusedAttrNames: Record<string, unknown>;
    readonly unusedAttrVals: Record<string, unknown>;
  }

  interface Parser {
    /** Returns a tree with the values of the context in it, or a text that says what is wrong. */
    parse: (expression: string, options: { readonly context: Context }) => unknown;
  }

  const parser: Parser;
  // biome-ignore lint/style/noDefaultExport: so Node sees what a CommonJS module exports.
  export default parser;
  export type { Context, Parser };
}
