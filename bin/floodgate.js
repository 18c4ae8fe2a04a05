#!/usr/bin/env node
// In JavaScript: what reads TypeScript takes three times as long to load as all of Node.js.
import { existsSync, readFileSync } from 'node:fs';

const HELP_WIDTH = 80;

const args = process.argv.slice(2);
const isHelp = args.length < 2 && ['--help', '-h', 'help', undefined].includes(args[0]);
if (isHelp && !(process.stdout.columns < HELP_WIDTH)) showHelp();
else await run();

/** As Commander drew it once: to load what draws it takes as long again as Node.js. */
function showHelp() {
  const text = readFileSync(`${import.meta.dirname}/floodgate/help.txt`, 'utf8');
  const hasColours = process.stdout.hasColors?.() === true;
  const drawn = hasColours ? text.replace(/^(?:Usage:|\S.*:$)/gm, '\u001b[1m$&\u001b[22m') : text;
  process.stdout.on('error', () => process.exit());
  process.stdout.write(drawn);
  process.exitCode = args.length === 0 ? 2 : 0;
}

async function run() {
  const { default: module } = await import('node:module');
  const { default: path } = await import('node:path');
  const isPacked = !existsSync(`${import.meta.dirname}/floodgate/main.ts`);
  // The package has no folder of a project: a local stack is found in the one it is run in.
  const projectFolder = isPacked ? process.cwd() : path.dirname(import.meta.dirname);
  // To read its own source is half of what a command takes. Loaded after this, so that it is remembered.
  module.enableCompileCache?.(
    isPacked ? undefined : path.join(projectFolder, '.floodgate', 'compile-cache'),
  );
  // Of its next release. The package has the one that it was tested with.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const source = isPacked ? '../dist/main.js' : './floodgate/main.ts';
  const { main } = await import(source);
  await main(projectFolder, process.env);
}
