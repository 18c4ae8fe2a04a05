export const DELIVERIES_HELP = `Usage: npx floodgate deliveries --subscriber WHO [options]
       npx floodgate deliveries show EVENT --subscriber WHO [options]
       npx floodgate deliveries drop --event ID|--contact NAME --subscriber WHO --why TEXT --yes [options]

What was tried to deliver to a subscriber in the last 7 days, in a word or two what it was (message choice),
and what became of it, newest first. show: all tries of one event, and what waits of it: how often it failed,
why, when it is tried next and until when. drop: has it go out no more, so that what waits behind it can; the
table keeps who did that, when and why.

  --subscriber WHO       its id or name
  --failed               only tries that failed
  --since TIME           only those of the last 90s, 15m, 2h, 3d
  --limit N              this many at most                  [50]

For drop, of what was handed on until now and has failed, or waits for longer than ten minutes:
  --event ID             one event: its id, or its webhook-id
  --channel ID --contact NAME
                         all of a contact, and what became of what it was sent; all its names are followed
  --why TEXT             goes on the record, with your name; without a contact's, please
  --yes                  yes, drop it

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address; FLOODGATE_API is the same     [the local stack]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

What fails is tried again for three days, or as long as its subscriber says, ever more rarely; then it is a
dead letter (npx floodgate dlq). What is dropped is dropped when its turn comes, in an hour at most, six where
the endpoint asked for that; npx floodgate replay --event ID sends it again after all.
Exit code: 0 if it could be read, 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate deliveries --subscriber bot
  npx floodgate deliveries --subscriber bot --failed --since 2h
  npx floodgate deliveries show message.Zq1… --subscriber bot
  npx floodgate deliveries drop --event message.Zq1… --subscriber bot --why "its parser dies on it" --yes
  npx floodgate deliveries --subscriber bot --json --limit 1000 | jq '.deliveries[].latencyMs'
`;
