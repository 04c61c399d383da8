import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests run the sources; only what starts a process of its own needs the build.
  resolve: { conditions: ["@oncall/source"] },
  ssr: { resolve: { conditions: ["@oncall/source", "node", "default"] } },
  test: {
    globalSetup: ["test/global-setup.ts"],
    include: [
      "bench/**/*.test.ts",
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    exclude: ["**/*.real.test.ts", "**/node_modules/**", "**/dist/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
