export const CATCH_UP_HELP = `Usage: npx floodgate catch-up --from TIME --until TIME [options]

Hands the events that were received within a time to all who want them, as the router would have done,
and adds them to the archive, whose readers drop what it had already.
For after a gap: the table's change stream forgets a change after 24 hours in which nobody read it.

Events go partition by partition, those of a contact in their order. Whoever has got one already gets
it again, with the same webhook-id. An event counts by when it was received, however late that was, and
is archived under that hour. Of statuses that a release before this one stored that is not known: they
count by when they happened, one hour late at most.

Options:
  --from TIME    when the gap began, such as 2026-11-01T12:00Z; earlier in doubt, and where the inbox was
                 behind: what was stored in the gap was received before that
  --until TIME   when it ended
  --stack NAME   a deployed stack, such as Floodgate-production; otherwise the local one
  --dry-run      only counts
  --json         one line of JSON
`;
