import { FILTER_HELP } from '../subscriber/filter-options.ts';

export const LISTEN_HELP = `Usage: npx floodgate listen --forward URL [options]

Brings the events of a stack to a server on your machine, without a public address: into a queue of your
own, and from there to your server, each contact's in order. What comes while you are away, or your
server is, waits in the queue for a day. After a day in which nobody listened the stack sends it nothing
more; the next start makes it anew, and says so.

  --forward URL          where to post events, such as http://localhost:8080/hook; an answer of 2xx takes
                         one, after any other it is posted again, and those of its contact wait
  --name NAME            letters, digits and -, at most 24; the same name goes on where it ended, so no two
                         listen by one at the same time                            [your user name]
  --remove               drop the queue of that name, and what waits in it

Which events; what is not said does not matter, or stays as it was. Several words by commas:
${FILTER_HELP}
  --no-media-events      not what became of the file of a message
  --everything           all events again

  --format NAME          standard: events of Floodgate's own, signed as Standard Webhooks says [standard]
                         provider: the webhook as Meta or WasenderApi sends it, signed as they sign
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
                                                                                   [the local stack]
  --verbose              show the events whole; without it a line says who said what: Ana: choice Yes
  --json                 print one JSON object a line: the listener, then each try; all else to stderr
  --help                 this text

Ctrl-C ends it, and what comes then waits, for a day. Exit code: 0 if it was ended so or removed what it should, 1 if
not, 2 for a wrong command line.

Examples:
  npx floodgate listen --forward http://localhost:8080/hook
  npx floodgate listen --forward http://localhost:8080/hook --stack Floodgate-production --kind message
  npx floodgate listen --forward http://localhost:3000/meta --format provider --name old-bot
  npx floodgate listen --remove --name old-bot
`;
