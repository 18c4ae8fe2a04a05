#!/usr/bin/env node
import path from 'node:path';
import { runFloodgate } from './floodgate/run-floodgate.ts';

// Where a reader such as `head` has seen enough, there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runFloodgate(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  projectFolder: path.dirname(import.meta.dirname),
});
