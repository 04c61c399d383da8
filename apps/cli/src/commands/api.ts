import { startApi } from "@oncall/api";
import { serve } from "../serve.ts";
import { version } from "../version.ts";

/** `oncall api`: the HTTP edge alone. */
export function api(args: readonly string[]): Promise<number> {
  return serve(args, async ({ config, databaseUrl, logger, closers }) => {
    const running = await startApi({ config, databaseUrl, logger, version });
    closers.add("api", () => running.close());
  });
}
