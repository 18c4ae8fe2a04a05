const FIELDS = 'fields @timestamp, @log, level, message, @message';

/** What is wrong, as Powertools, Lambda and Node.js each write it. */
const ERRORS =
  'level in ["WARN", "ERROR", "CRITICAL"] or @message like /"status":"(error|timeout)"|errorType|bad environment/';

/** A query of CloudWatch Logs Insights; of certain events, or of whatever is wrong. */
export function insightsQuery(eventIds: readonly string[] | undefined, limit: number): string {
  const filter =
    eventIds === undefined ? ERRORS : `eventId in [${eventIds.map(quoted).join(', ')}]`;
  return `${FIELDS} | filter ${filter} | sort @timestamp desc | limit ${limit}`;
}

/** An id is of letters, digits and a few signs; what is typed may hold anything. */
function quoted(id: string): string {
  return JSON.stringify(id.replace(/[^\w.#=+/-]/g, ''));
}
