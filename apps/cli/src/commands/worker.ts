import { startWorker } from "@oncall/worker";
import { serve } from "../serve.ts";

/** `oncall worker`: takes jobs; run as many as the load asks for. */
export function worker(args: readonly string[]): Promise<number> {
  return serve(args, async ({ config, databaseUrl, logger, closers }) => {
    const running = await startWorker({ config, databaseUrl, logger });
    closers.add("worker", () => running.close());
  });
}
