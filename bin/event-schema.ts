import { writeFileSync } from 'node:fs';
import { standardEventJsonSchema } from '../lambda/delivery/standard-event-schema.ts';

const file = new URL('../docs/schemas/event-v1.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(standardEventJsonSchema(), undefined, 2)}\n`);
