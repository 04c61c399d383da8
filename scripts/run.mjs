// `npm run demo`, `npm run oncall -- …`: sets up what is missing, then becomes the command line.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setUp } from "./setup.mjs";

setUp();
process.argv.splice(1, 1, "oncall");
await import(pathToFileURL(join(root, "apps", "cli", "dist", "main.js")).href);
