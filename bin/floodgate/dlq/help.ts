export const DLQ_HELP = `Usage: npx floodgate dlq <list|show|redrive|drop> [options]

Dead letters are the messages that no retry could help, or that were received too often.

  list                   what lies there: why, since when, what waits behind it
  show ID                one of them; ID as list shows it, or its beginning
  redrive                send them back to the queue they came from, each group in its order; a dead letter
                         is deleted only when the queue has confirmed its copy. A delivery goes back to the
                         queue of its subscriber, and is tried as if it were new, for as long as any
  drop                   delete them for good; the table keeps who did it, when and why

Where:
  --stack NAME           a stack in AWS, such as Floodgate-production, by your credentials and Region
                                                            [the local stack]
  --queue NAME           only those of one queue, such as inbox        [all]

Which:
  --id ID                message id, or its beginning; may be repeated
  --reason WORD          malformed, refused-by-table, …; "none" for those that were received too often
  --channel ID           of one business number or session
  --subscriber ID        on their way to one subscriber
  --group GROUP          of one message group
  --since TIME           set aside in the last 90s, 15m, 2h, 3d
  --all                  for drop: all there are

How:
  --dry-run              only count what redrive or drop would take
  --yes                  for drop: yes, delete them
  --why TEXT             for drop: the reason, kept with your name
  --body                 for list and show: the messages themselves, which hold what people wrote

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Mend the cause first: what is sent back before that comes back. To look at messages hides them from
others for the moment. Of each group the first ten are seen; those behind them when these are gone.
Exit code: 0 if all that was meant was done, 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate dlq list
  npx floodgate dlq show 5b1f04a2 --stack Floodgate-production
  npx floodgate dlq redrive --reason refused-by-table --dry-run
  npx floodgate dlq redrive --queue inbox
  npx floodgate dlq drop --reason malformed --since 2h --yes --why "posted by hand in a test"
`;
