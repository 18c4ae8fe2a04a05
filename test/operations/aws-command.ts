import { readFileSync } from 'node:fs';
import { signedFetch } from '../../local/signature/signed-fetch.ts';

/**
 * What the runbook needs of the `aws` command, against a local stack: its arguments become the call
 * that the API reference describes. Whatever else is asked of it, it refuses.
 *
 * Its first argument is the endpoint.
 */

const TARGETS: Readonly<Record<string, string>> = {
  sqs: 'AmazonSQS',
  secretsmanager: 'secretsmanager',
};
const LISTS = ['AttributeNames', 'MessageAttributeNames'];
const NUMBERS = ['MaxNumberOfMessages', 'MaxNumberOfMessagesPerSecond', 'MaxResults'];

interface Command {
  readonly service: string;
  readonly action: string;
  readonly options: ReadonlyMap<string, readonly string[]>;
}

function readCommand([service = '', action = '', ...rest]: readonly string[]): Command {
  const options = new Map<string, string[]>();
  let values: string[] = [];
  for (const word of rest) {
    if (word.startsWith('--')) {
      values = [];
      options.set(pascalCase(word.slice(2)), values);
    } else {
      values.push(word.startsWith('file://') ? readFileSync(word.slice(7), 'utf8') : word);
    }
  }
  return { service, action: pascalCase(action), options };
}

function pascalCase(kebab: string): string {
  return kebab.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
}

function inputOf({ options }: Command): object {
  const given = [...options]
    .filter(([member]) => !['Query', 'Output', 'Region'].includes(member))
    .map(([member, values]) => [member, givenValue(member, values)]);
  return Object.fromEntries(given);
}

function givenValue(member: string, values: readonly string[]): unknown {
  if (LISTS.includes(member)) return values;
  return NUMBERS.includes(member) || member === 'VisibilityTimeout' ? Number(values[0]) : values[0];
}

async function call(endpoint: string, command: Command): Promise<object> {
  const { service, action } = command;
  const prefix = TARGETS[service];
  if (prefix === undefined) throw new Error(`the stand-in for aws has no ${service}`);
  const answer = await signedFetch({
    ...{ service, url: endpoint, method: 'POST', body: JSON.stringify(inputOf(command)) },
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${prefix}.${action}`,
    },
  });
  const body = await answer.text();
  if (answer.status === 200) return JSON.parse(body);
  throw new Error(`An error occurred when calling the ${action} operation: ${body}`);
}

/** As `--output json` and, for a single member, `--output text` print it: nothing for nothing. */
function print(answer: object, [query]: readonly string[] = []): void {
  const members: [string, unknown][] = Object.entries(answer);
  if (members.length === 0) return;
  if (query === undefined) {
    process.stdout.write(`${JSON.stringify(answer, undefined, 4)}\n`);
    return;
  }
  const member = members.find(([name]) => name === query);
  if (member === undefined) throw new Error(`the stand-in for aws does not know --query ${query}`);
  process.stdout.write(`${member[1]}\n`);
}

const [endpoint = '', ...words] = process.argv.slice(2);
try {
  const command = readCommand(words);
  print(await call(endpoint, command), command.options.get('Query'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 254;
}
