/** Ends a program with its result, as the last line that it writes. */
export function report(result: object): never {
  process.getBuiltinModule('node:fs').writeSync(1, `\n${JSON.stringify(result)}\n`);
  // Connections that are kept open would keep the process, too.
  process.exit(0);
}

/** What was handed to a program, in a file. */
export function readInput(): unknown {
  const [, , path = ''] = process.argv;
  return JSON.parse(process.getBuiltinModule('node:fs').readFileSync(path, 'utf8'));
}
