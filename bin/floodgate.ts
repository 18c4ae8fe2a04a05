#!/usr/bin/env node
import path from 'node:path';
import { runFloodgate } from './floodgate/run-floodgate.ts';

process.exitCode = await runFloodgate(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  projectFolder: path.dirname(import.meta.dirname),
});
