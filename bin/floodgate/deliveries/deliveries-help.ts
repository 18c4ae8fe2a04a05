export const DELIVERIES_HELP = `Usage: npx floodgate deliveries --subscriber WHO [options]

What was tried to deliver to a subscriber in the last 7 days, in a word or two what it was (message choice),
and what became of it, newest first.

  --subscriber WHO       its id or name
  --failed               only tries that failed
  --since TIME           only those of the last 90s, 15m, 2h, 3d
  --limit N              this many at most                  [50]

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address; FLOODGATE_API is the same     [the local stack]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

What fails is tried again for three days, ever more rarely; then it is a dead letter (npx floodgate dlq).
Exit code: 0 if it could be read, 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate deliveries --subscriber bot
  npx floodgate deliveries --subscriber bot --failed --since 2h
  npx floodgate deliveries --subscriber bot --json --limit 1000 | jq '.deliveries[].latencyMs'
`;
