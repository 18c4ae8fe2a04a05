#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import path from 'node:path';

const projectFolder = path.dirname(import.meta.dirname);

// To read its own source is half of what a command takes. Loaded after this, so that it is remembered.
enableCompileCache(path.join(projectFolder, '.floodgate', 'compile-cache'));
const { runFloodgate } = await import('./floodgate/run-floodgate.ts');

// Where a reader such as `head` has seen enough, there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runFloodgate(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  projectFolder,
});
