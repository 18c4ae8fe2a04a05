import { FILTER_HELP } from './filter-options.ts';

export const SUBSCRIBER_HELP = `Usage: npx floodgate subscriber <action> [options]

Who receives events: your bot, your CRM, a queue of yours. WHO is an id or a name.

  add                    a new one: from now on it gets the events that it wants
  list                   all of them: how many deliveries wait about, and since when where that is longer than the
                         way takes
  show WHO               one of them
  update WHO             change what the options say
  test WHO               send it a test event, and wait for what becomes of it
  pause WHO              deliver nothing more; events wait, in order
  resume WHO             deliver what waits, and what comes: after a pause, after its endpoint answered 410, and at
                         once where that answered nobody or asked for time
  secret WHO             show what its deliveries are signed with
  rotate WHO             sign with a new secret; the one before is valid for 24 hours more
  remove WHO --yes       remove it, and drop what waits for it

Where events go, for add and update:
  --name TEXT            what to call it
  --url URL              https endpoint; with the local stack http://127.0.0.1:8080/hook will do
  --queue URL            or the URL of an SQS queue that is there and that the stage names in subscriberQueueArns, and
                         its KMS key, where it has one of yours, in subscriberQueueKeyArns; with the local stack any
                         queue that you made there. A standard queue keeps no order
  --format NAME          standard: events of Floodgate's own, signed as Standard Webhooks says [standard]
                         provider: the webhook as Meta or WasenderApi sends it, signed as they sign
  --tenant NAME          whose it is                        [default]

Which events; what is not said does not matter. Several words by commas, or by saying it again:
${FILTER_HELP}
  --no-media-events      not what became of the file of a message; in the format standard only, anyway
  --everything           for update: all events again

How:
  --ordered              one after another for each contact [so it is]
  --parallel             side by side, whatever the order
  --rate N               deliveries a second, at most, in whichever second; "none" lifts the limit
  --concurrency N        deliveries at once, at most, from 2 on; "none": 100 [100]
  --retry-hours N        try what fails for so long, from its first try, up to 312 [72]
  --refusal-is-final     what is answered 4xx, other than 408, 425 and 429, is not tried again
  --refusal-is-retried   for update: it is, as ever
  --paused               for add: not before it is resumed

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address; FLOODGATE_API is the same     [the local stack]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Exit code: 0 if it is done (for test: if the endpoint took the event), 1 if not, 2 for a wrong command line.
test sends floodgate.test in the format standard, and in the format provider what Meta's own test button sends: a
text from 16315551181. It is tried once. npx floodgate deliveries shows what was delivered, and what failed.

Examples:
  npx floodgate subscriber add --name bot --url http://127.0.0.1:8080/hook
  npx floodgate subscriber add --name crm --url https://crm.example/hook --kind message --direction inbound
  npx floodgate subscriber add --name failures --url https://ops.example/hook --kind status --status failed
  npx floodgate subscriber add --name old-bot --url https://bot.example/webhook --format provider
  npx floodgate subscriber test bot
  npx floodgate subscriber update crm --type text,image --rate 20
  npx floodgate subscriber list --stack Floodgate-production
`;
