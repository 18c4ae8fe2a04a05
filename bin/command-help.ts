import { writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { runFloodgate } from './floodgate/run-floodgate.ts';

const stdout = new PassThrough();
await runFloodgate(['--help'], {
  ...{ stdin: Readable.from([]), stdout, stderr: process.stderr },
  ...{ environment: {}, projectFolder: '' },
});
writeFileSync(new URL('./floodgate/help.txt', import.meta.url), String(stdout.read()));
