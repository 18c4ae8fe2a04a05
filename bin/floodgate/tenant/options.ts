import { principalOf, principalParameter } from '../../../lambda/answers/principal.ts';
import type { ApiChoice } from '../stack/api-client.ts';
import { UsageError } from '../terminal/command.ts';
import type { TypedAction, Word } from '../terminal/declare.ts';
import { API_OPTIONS, JSON_OPTION } from '../terminal/options.ts';

const CALLER: Word = ['CALLER', 'role/NAME, user/NAME, or the ARN of one'];

export const TENANT = {
  about:
    'Which roles and users see which tenant. A channel and a subscriber are of one tenant each. Where nobody is of any, everybody sees all. With the first one, whoever is of none gets nothing.',
  options: { ...API_OPTIONS, ...JSON_OPTION },
  actions: {
    add: {
      summary: "have CALLER see TENANT alone, in place of what it saw before; '*' is all tenants",
      words: [['TENANT', "its name, or '*'"], CALLER],
      needs: "add takes a tenant, or '*' for all, and a role or a user",
    },
    list: { summary: 'who sees what' },
    remove: {
      summary: 'have CALLER see nothing; once nobody is left, everybody sees all again',
      words: [CALLER],
      needs: 'remove takes a role or a user',
    },
  },
  notes: `CALLER is a role or a user of the stack's account, by whom requests are signed. Within ten seconds it holds everywhere.

Only callers that see all tenants may do this, and they have to see all afterwards too. So begin with yourself. The local stack takes your word for who you are: FLOODGATE_CALLER, or else user/local.`,
  examples: [
    "npx floodgate tenant add '*' role/admin --stack Floodgate-production",
    'npx floodgate tenant add acme role/acme-bot --stack Floodgate-production',
    'npx floodgate tenant add acme arn:aws:iam::123456789012:role/teams/acme-bot',
    'npx floodgate tenant list',
    'npx floodgate tenant remove role/acme-bot',
  ],
  docs: ['tenants.md'],
} as const;

type Action = keyof typeof TENANT.actions;

export type TenantOptions = {
  readonly choice: ApiChoice;
  readonly isJson: boolean;
} & (
  | { readonly action: 'list' }
  | { readonly action: 'add'; readonly tenant: string; readonly principal: string }
  | { readonly action: 'remove'; readonly principal: string }
);

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readTenantOptions({
  action,
  words,
  values,
}: TypedAction<typeof TENANT.options, Action>): TenantOptions {
  const common = { choice: values, isJson: values.json };
  if (action === 'list') return { ...common, action };
  if (action === 'remove') return { ...common, action, principal: readPrincipal(words[0]) };
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
