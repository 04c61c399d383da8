import { startWorker } from "@oncall/worker";
import { serve } from "../serve.ts";

/** `oncall worker`: takes jobs; run as many as the load asks for. */
export function worker(): Promise<number> {
  return serve(async ({ config, databaseUrl, logger, closers }) => {
    const running = await startWorker({ config, databaseUrl, logger });
    closers.add("worker", () => running.close());
  });
}
