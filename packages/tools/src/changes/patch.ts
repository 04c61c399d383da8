import type { Static } from "typebox";
import { toChange } from "../kubernetes/template-changes.ts";
import type { Change } from "../outputs/index.ts";
import { isFlag, isFlagFile } from "./flags.ts";

type Difference = Static<typeof Change>;

const MAX_LINES = 2_000;
const MAX_VALUE = 120;

/** `KEY: value`, `key = value`, `- key: value`, `export KEY=value`. */
const SETTING = /^(\s*)(?:- |export )?["']?([A-Za-z_][\w./-]{0,80})["']?\s*[:=]\s*(.*?)\s*,?$/;
const CONFIG_FILE = /\.(?:ya?ml|json|properties|toml|ini|env|conf|cfg|tfvars|hcl)$|(?:^|\/)\.env[^/]*$/i;

interface Setting {
  readonly path: string;
  readonly value: string;
}

/**
 * Simple settings that a unified diff of a configuration file changes. The path follows the indentation as far as
 * the hunk shows it; a name in capitals is an environment variable, what a file of feature flags sets stands below
 * `flags`. What is not a simple setting is left out.
 */
export function changesInPatch(file: string, patch: string): Difference[] {
  if (!CONFIG_FILE.test(file)) return [];
  const removed: Setting[] = [];
  const added: Setting[] = [];
  let parents: { indent: number; key: string }[] = [];
  for (const line of patch.split("\n").slice(0, MAX_LINES)) {
    if (line.startsWith("@@")) {
      parents = [];
      continue;
    }
    const setting = SETTING.exec(line.slice(1).replace(/\s+#.*$/, ""));
    if (setting === null || /^(?:\+\+\+|---|\\)/.test(line)) continue;
    const [, space = "", key = "", raw = ""] = setting;
    parents = parents.filter(({ indent }) => indent < space.length);
    const value = unquoted(raw);
    if (value === "" || value === "{") {
      parents.push({ indent: space.length, key });
      continue;
    }
    const path = pathOf([...parents.map((parent) => parent.key), key]);
    if (line.startsWith("-")) removed.push({ path, value });
    if (line.startsWith("+")) added.push({ path, value });
  }
  const named = (path: string): string => (isFlagFile(file) && !isFlag(path) ? `flags.${path}` : path);
  const paths = new Set([...removed, ...added].map(({ path }) => path));
  return [...paths]
    .map((path) => toChange(named(path), settingIn(removed, path), settingIn(added, path)))
    .filter(({ from, to }) => from !== to || from === "[redacted]");
}

function pathOf(keys: readonly string[]): string {
  const key = keys.at(-1) ?? "";
  return /^[A-Z][A-Z0-9_]+$/.test(key) ? `env.${key}` : keys.join(".");
}

function settingIn(settings: readonly Setting[], path: string): string | null {
  return settings.find((setting) => setting.path === path)?.value.slice(0, MAX_VALUE) ?? null;
}

function unquoted(raw: string): string {
  return raw.replace(/^(["'])(.*)\1$/, "$2");
}
