/** Ends a program with its result, as the last line that it writes. */
export function report(result: object): void {
  // Connections that are kept open would keep the process, too. What is long goes out only as it is read.
  process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
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
