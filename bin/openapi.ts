import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../lambda/openapi.ts';

const file = new URL('../docs/openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(openApiDocument(), undefined, 2)}\n`);
