/** Ends a program with its result, as the last line that it writes. */
export function report(result: object): never {
  const { writeSync } = process.getBuiltinModule('node:fs');
  let rest = Buffer.from(`\n${JSON.stringify(result)}\n`);
  // A pipe takes as much at a time as it has room for.
  while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  // Connections that are kept open would keep the process, too.
  process.exit(0);
}

/** What of a function's answer tells whether it went well: thousands of bodies are more than a pipe takes. */
export function outcomeOf(answer: unknown): unknown {
  const isHttp = typeof answer === 'object' && answer !== null && 'statusCode' in answer;
  return isHttp ? { statusCode: answer.statusCode } : answer;
}

/** What was handed to a program, in a file. */
export function readInput(): unknown {
  const [, , path = ''] = process.argv;
  return JSON.parse(process.getBuiltinModule('node:fs').readFileSync(path, 'utf8'));
}
