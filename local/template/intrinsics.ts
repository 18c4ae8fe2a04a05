import * as z from 'zod/mini';
import { ACCOUNT, REGION } from '../account.ts';

/** What intrinsic functions look things up in. */
export interface Scope {
  /** Logical id of the resource being read, for messages. */
  readonly at: string;
  readonly ref: (logicalId: string) => string;
  readonly attribute: (logicalId: string, name: string) => string;
  readonly conditions: Readonly<Record<string, unknown>>;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const STACK = 'floodgate-local';
const PSEUDO_PARAMETERS: Readonly<Record<string, string | undefined>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': STACK,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${STACK}/local`,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': undefined,
};

const record = z.record(z.string(), z.unknown());
const pair = z.tuple([z.string(), z.string()]);
const join = z.tuple([z.string(), z.unknown()]);
const branch = z.tuple([z.string(), z.unknown(), z.unknown()]);

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => ref(z.string().parse(name), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, name] =
      typeof argument === 'string' ? splitOnce(argument) : pair.parse(argument);
    return scope.attribute(logicalId, name);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = join.parse(argument);
    return strings(parts, scope).join(separator);
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = join.parse(argument);
    return z.string().parse(resolve(text, scope)).split(separator);
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
    return strings(list, scope)[Number(resolve(index, scope))];
  },
  'Fn::Sub': (argument, scope) => {
    const [text, given] =
      typeof argument === 'string' ? [argument, {}] : z.tuple([z.string(), record]).parse(argument);
    return text
      .replace(/\$\{([^!}$]+)\}/g, (_, name: string) => {
        if (Object.hasOwn(given, name)) return String(resolve(given[name], scope));
        return String(
          name.includes('.') && !name.startsWith('AWS::')
            ? scope.attribute(...splitOnce(name))
            : ref(name, scope),
        );
      })
      .replaceAll('${!', '${');
  },
  'Fn::Base64': (argument, scope) =>
    Buffer.from(z.string().parse(resolve(argument, scope))).toString('base64'),
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = branch.parse(argument);
    return resolve(resolve(scope.conditions[condition], scope) === true ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
    return resolve(left, scope) === resolve(right, scope);
  },
  'Fn::Not': (argument, scope) => !truths(argument, scope).includes(true),
  'Fn::And': (argument, scope) => !truths(argument, scope).includes(false),
  'Fn::Or': (argument, scope) => truths(argument, scope).includes(true),
  Condition: (argument, scope) => resolve(scope.conditions[z.string().parse(argument)], scope),
};

/** A template's value with its intrinsic functions worked out; what is `AWS::NoValue` is left out. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  }
  const members = record.safeParse(value);
  if (!members.success) return value;
  const entries = Object.entries(members.data);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && Object.hasOwn(INTRINSICS, name)) {
    return INTRINSICS[name]?.(argument, scope);
  }
  if (entries.length === 1 && name.startsWith('Fn::')) {
    throw new Error(`${scope.at}: the local stack does not know ${name}`);
  }
  return Object.fromEntries(
    entries
      .map(([key, member]) => [key, resolve(member, scope)] as const)
      .filter(([, member]) => member !== undefined),
  );
}

function ref(name: string, scope: Scope): string | undefined {
  return Object.hasOwn(PSEUDO_PARAMETERS, name) ? PSEUDO_PARAMETERS[name] : scope.ref(name);
}

function strings(list: unknown, scope: Scope): string[] {
  return z.array(z.string()).parse(resolve(list, scope));
}

function truths(list: unknown, scope: Scope): unknown[] {
  return z
    .array(z.unknown())
    .parse(list)
    .map((item) => resolve(item, scope));
}

function splitOnce(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
