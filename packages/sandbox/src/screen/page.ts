import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The page is served as it is written; the compiler leaves it where it lies. */
const folder = fileURLToPath(new URL("../../src/screen/page/", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page's files, read once; `/` is index.html. */
export function loadPage(): { path: string; type: string; content: string }[] {
  return readdirSync(folder).flatMap((name) => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    const content = readFileSync(join(folder, name), "utf8");
    return [{ path: name === "index.html" ? "/" : `/${name}`, type, content }];
  });
}
