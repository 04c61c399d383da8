// `pnpm docs:config`: writes .env.example and the README's table of variables from the configuration's own schema.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setUp } from "./setup.mjs";

setUp();
const platform = join(root, "packages", "platform", "dist", "index.js");
const { renderEnvExample, renderEnvTable } = await import(pathToFileURL(platform).href);

writeFileSync(join(root, ".env.example"), renderEnvExample());
const readme = join(root, "README.md");
const between = /(<!-- variables -->\n)[\s\S]*?(\n<!-- \/variables -->)/;
writeFileSync(
  readme,
  readFileSync(readme, "utf8").replace(
    between,
    (_, open, close) => `${open}${renderEnvTable().trim()}${close}`,
  ),
);
