import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The same suite and, beside it, what only real servers can show (`*.real.test.ts`). */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [...(base.test?.include ?? [])],
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
});
