import type { Sql } from "postgres";
import { type ModelHealth, wellModel } from "./model-health.ts";

/** The health of one model endpoint, shared by all processes. */
export interface ModelHealthStore {
  read(): Promise<ModelHealth>;
  /** One step, alone: nobody else's step comes between reading and writing. `now` is the database's clock. */
  change<T>(step: (health: ModelHealth, now: Date) => readonly [ModelHealth, T]): Promise<T>;
}

/** `endpoint`: its address, without path or key. */
export function createModelHealthStore(sql: Sql, endpoint: string): ModelHealthStore {
  return {
    async read() {
      const [row] = await sql`select state from model_health where endpoint = ${endpoint}`;
      return (row?.state as ModelHealth | undefined) ?? wellModel;
    },

    async change(step) {
      return (await sql.begin(async (sql) => {
        await sql`
          insert into model_health (endpoint, state) values (${endpoint}, ${sql.json(wellModel as never)})
          on conflict do nothing`;
        // Not now(), which stands still from the transaction's begin: waiting for the lock may take a while.
        const [row] = await sql`
          select state, clock_timestamp() as now from model_health where endpoint = ${endpoint} for update`;
        const before = row?.state as ModelHealth;
        const [after, result] = step(before, row?.now as Date);
        if (after !== before) {
          await sql`
            update model_health set state = ${sql.json(after as never)}, updated_at = now()
            where endpoint = ${endpoint}`;
        }
        return result;
      })) as never;
    },
  };
}
