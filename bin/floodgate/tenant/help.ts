export const TENANT_HELP = `Usage: npx floodgate tenant <action> [options]

Which roles and users see which tenant. A channel and a subscriber are of one tenant each. Where nobody is of any,
everybody sees all. With the first one, whoever is of none gets nothing.

  add TENANT CALLER      have CALLER see TENANT alone, in place of what it saw before; '*' is all tenants
  list                   who sees what
  remove CALLER          have CALLER see nothing; once nobody is left, everybody sees all again

CALLER is a role or a user of the stack's account, by whom requests are signed: role/NAME, user/NAME, or the ARN
of one. Within ten seconds it holds everywhere.

Only callers that see all tenants may do this, and they have to see all afterwards too. So begin with yourself.

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address, where no token is needed; FLOODGATE_API is the same [the local stack]
                         The local stack takes your word for who you are: FLOODGATE_CALLER     [user/local]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Exit code: 0 if it is done, 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate tenant add '*' role/admin --stack Floodgate-production
  npx floodgate tenant add acme role/acme-bot --stack Floodgate-production
  npx floodgate tenant add acme arn:aws:iam::123456789012:role/teams/acme-bot
  npx floodgate tenant remove role/acme-bot
`;
