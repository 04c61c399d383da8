import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@oncall/platform";
import type { Company } from "../demo/company.ts";

const POLL_MS = 100;

/**
 * Resolves once the product has dealt with all it was sent and opened no investigation: it has nothing to say,
 * as about an alert that has resolved already. Otherwise it never does, until `signal` makes it throw.
 */
export async function silence({ databaseUrl }: Company, signal: AbortSignal): Promise<null> {
  const sql = connect(databaseUrl, { max: 1, applicationName: "oncall-eval" });
  try {
    while (true) {
      await delay(POLL_MS, undefined, { signal });
      const [seen] = await sql<{ silent: boolean }[]>`
        select not exists (select from investigations)
          and exists (select from inbox where kind = 'investigate')
          and not exists (select from inbox where status = 'received') as silent`;
      if (seen?.silent) return null;
    }
  } finally {
    await sql.end({ timeout: 1 });
  }
}
