import * as z from 'zod/mini';

interface Note {
  readonly description: string;
  readonly id?: string;
  readonly title?: string;
}

/** What schemas and their members mean, for `docs/schemas/` and `docs/openapi.json`. */
export const notes = z.registry<Note>();

/** A schema with its meaning: a copy, as others may mean something else by the same form. */
export function tell<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  const told = z.clone(schema, schema.def);
  notes.add(told, { description });
  return told;
}
