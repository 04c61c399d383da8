// Whether what is installed is whole. Node's own modules only: it runs before anything is installed.
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders with a package.json of the workspace at `root`. */
export function workspaceFolders(root) {
  const within = ["apps", "packages"].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).map((name) => join(root, folder, name))
      : [],
  );
  return [root, join(root, "bench"), ...within].filter((folder) => existsSync(join(folder, "package.json")));
}

/**
 * The first package that something in the workspace needs and Node would not find, as `name, which NEEDER needs`; null
 * when all are there. An installer that was cut off may have ended well all the same, so its word is not enough.
 * `direct` looks at what the workspace itself names alone, in a tenth of the time.
 */
export function firstMissing(root, { direct = false } = {}) {
  const seen = new Set();
  const open = workspaceFolders(root).map((folder) => ({ folder, isOurs: true }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next.folder)) continue;
    seen.add(next.folder);
    const manifest = JSON.parse(readFileSync(join(next.folder, "package.json"), "utf8"));
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
    const needed = Object.keys({ ...dependencies, ...(next.isOurs ? devDependencies : {}) });
    for (const name of [...needed, ...Object.keys(optionalDependencies)]) {
      const found = find(name, next.folder, root);
      if (found !== null) {
        if (!direct) open.push({ folder: found, isOurs: false });
      } else if (!(name in optionalDependencies) || isHere(join(next.folder, "node_modules", name)))
        return `${name}, which ${manifest.name} needs`;
    }
  }
  return null;
}

/** The real folder of a package as Node looks for it from `folder`; a folder without a manifest is a torn one. */
function find(name, folder, root) {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (at === root || at === dirname(at)) return null;
  }
}

/** A link counts even where what it points to is gone. */
function isHere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
