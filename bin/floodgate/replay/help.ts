export const REPLAY_HELP = `Usage: npx floodgate replay --from TIME [options] --why TEXT
       npx floodgate replay --event ID [options] --why TEXT

Delivers again what was received: to each subscriber by its own queue, behind what waits there, in order for
each contact, with the webhook-id of the first time and the header floodgate-replay. Reads the archive, which
has what was received up to half an hour ago; or else the table, which has all for as long as rows live.

When it was received (UTC), as 2026-11-20, 2026-11-20T10:30Z or, so long ago, 2h:
  --from TIME            from then on                                     [with --event: 14d]
  --to TIME              before that        [half an hour ago; with --from-table: now]

Which events; what is not said does not matter. Several words by commas, or by saying it again:
  --event ID             these alone: event id, or webhook-id; reads no further than to the last of them
  --channel ID           of these phone number ids, sessions, or business accounts
  --contact NAME         of one contact of one --channel: phone number, BSUID or LID; all its names are followed
  --kind WORD            message, echo, history, call, status, account
  --type WORD            text, image, choice, …: what is said, or the provider's type of messages,
                         calls and account events; alone, no statuses
  --status WORD          sent, delivered, read, failed, …; alone, nothing but statuses
  --direction WORD       inbound or outbound
  --chat WORD            private, group, channel, status

To whom:
  --subscriber WHO       id or name; several likewise        [all that want the event]
                         Each gets what its own filter lets pass; a paused one when it is resumed.
  --to-url URL           or to this address, as events of the format standard. They are signed with
                         FLOODGATE_REPLAY_SECRET (whsec_…), or with a secret made for it, which is shown.

How:
  --why TEXT             the reason, kept with your name
  --dry-run              only say how many, to whom, and what it costs
  --rate N               deliveries a second, at most; or max            [100]
  --from-table           read the table, all of it: what the archive does not have, or not yet
  --resume ID            go on with one that was stopped; --contact and --to-url have to be said again
  --stack NAME           a stack in AWS, such as Floodgate-production, by your credentials and Region
                                                            [the local stack]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Ctrl-C stops it in good order, and says how to go on. Exit code: 0 if all is sent, 1 if not, 2 for a wrong
command line.

Examples:
  npx floodgate replay --from 2h --dry-run
  npx floodgate replay --event message.Zq1… --subscriber crm --from-table --why "its fault is mended"
  npx floodgate replay --from 2026-11-20T10:00Z --to 2026-11-20T12:00Z --subscriber crm --why "its database was restored"
  npx floodgate replay --from 1d --channel 1001 --contact 15551230001 --kind message --to-url http://127.0.0.1:8080/hook --why "a bug report"
  npx floodgate replay --resume 1795332000000-4f9a1c2b
`;
