import { principalOf, principalParameter } from '../../../lambda/answers/principal.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import {
  checkArguments,
  parseCommandLine,
  readAction,
  TEXT,
  TYPED_FLAG,
} from '../terminal/command-line.ts';

const ACTIONS = ['add', 'list', 'remove'] as const;

export type TenantOptions = {
  readonly choice: ApiChoice;
  readonly isJson: boolean;
} & (
  | { readonly action: 'list' }
  | { readonly action: 'add'; readonly tenant: string; readonly principal: string }
  | { readonly action: 'remove'; readonly principal: string }
);

/** Reads the command line. Throws `UsageError` that says what is wrong with it. */
export function readTenantOptions(args: readonly string[]): TenantOptions {
  const { values, positionals } = parseCommandLine(args, {
    options: { api: TEXT, stack: TEXT, json: TYPED_FLAG },
    allowPositionals: true,
  });
  const [action, words] = readAction('tenant', ACTIONS, positionals);
  const { api, stack } = values;
  const common = { choice: { api, stack }, isJson: values.json === true };
  if (action === 'list') {
    checkArguments(words, 0, '');
    return { ...common, action };
  }
  if (action === 'remove') {
    checkArguments(words, 1, 'remove takes a role or a user');
    return { ...common, action, principal: readPrincipal(words[0]) };
  }
  checkArguments(words, 2, "add takes a tenant, or '*' for all, and a role or a user");
  const [tenant = '', who] = words;
  return { ...common, action, tenant, principal: readPrincipal(who) };
}

const ACCOUNT = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):/;

function readPrincipal(typed = ''): string {
  // A role that nobody has assumed is written otherwise.
  const arn = typed.replace(/:role\/(?:.*\/)?/, ':assumed-role/');
  const principal = principalOf(arn, ACCOUNT.exec(arn)?.[1] ?? '') ?? principalParameter(typed);
  if (principal !== undefined) return principal;
  throw new UsageError(`a caller is role/NAME, user/NAME, or the ARN of one, not "${typed}"`);
}
