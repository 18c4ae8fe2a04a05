export const FORGET_HELP = `Usage: npx floodgate forget --channel ID --contact NAME --why TEXT --yes [options]
       npx floodgate forget --pending --why TEXT --yes [options]

Forgets a person: what they wrote, what was sent to them and what became of it, and their names, under all
names that are known to be theirs. A time in which their number was somebody else's is left alone.

  - in the table: rows, with payloads and files in S3; keys stay until they expire, so that what the provider
    delivers again does not bring them back
  - in the archive: their lines, out of all objects; all of it is read, since names are told by it too
  - among dead letters, changes of the table set aside, and deliveries that an earlier release put aside

DELETE /v1/channels/{channel}/contacts/{contact} does the first of these. --pending does the others for all who
were asked for that way; so does --contact, since the archive is read anyway. What waits in the queues of subscribers
for longer than ten minutes is dropped when its turn comes. Copies elsewhere stay: docs/privacy.md says where, and
for how long.

  --channel ID           phone number id, or session
  --contact NAME         phone number, BSUID, LID, or id of a group chat
  --pending              all whose rows are forgotten and the rest is not
  --why TEXT             goes on the record, with who and when; without a name, please
  --yes                  it cannot be undone
  --dry-run              only say what there is
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region [the local stack]
  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Ctrl-C stops in good order. It can be run again at any time, and goes on with what is left.
Exit code: 0 if all is forgotten, 1 if not (run it again), 2 for a wrong command line.

Examples:
  npx floodgate forget --channel 106540352242922 --contact 5215550001111 --dry-run
  npx floodgate forget --stack Floodgate-production --channel shop --contact 5215550001111 --why "request 17" --yes
  npx floodgate forget --stack Floodgate-production --pending --why "requests of the week" --yes --json
`;
