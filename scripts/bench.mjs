// `pnpm bench NAME [--json] …`: sets up what is missing and runs one benchmark of bench/.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setUp } from "./setup.mjs";

setUp();
const [name, ...args] = process.argv.slice(2);
const file = join(root, "bench", "dist", `${name}.js`);
if (name === undefined || !existsSync(file)) {
  const names = readdirSync(join(root, "bench"))
    .filter((entry) => entry.endsWith(".ts") && entry !== "report.ts")
    .map((entry) => entry.slice(0, -3));
  console.error(`Usage: pnpm bench NAME [--json]; there are ${names.join(", ") || "none yet"}.`);
  process.exit(2);
}
const { main } = await import(pathToFileURL(file).href);
process.exitCode = await main(args);
