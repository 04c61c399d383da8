import { compileAnchored } from "./matchers.ts";
import { executionError } from "./promql-error.ts";
import { setLabel } from "./series.ts";
import { type Column, mergeColumns } from "./values.ts";

/** `label_replace(v, target, replacement, source, pattern)`; series that do not match stay as they are. */
export function labelReplace(columns: readonly Column[], texts: readonly string[]): Column[] {
  const [target = "", replacement = "", source = "", expression = ""] = texts;
  const pattern = compileAnchored(expression);
  if (!pattern) throw executionError(`invalid regular expression in label_replace(): ${expression}`);
  requireLabelName(target, "destination label name in label_replace()");
  const names = pattern.namedGroups();
  return mergeColumns(
    columns.map(({ labels, values }) => {
      const matcher = pattern.matcher(labels[source] ?? "");
      if (!matcher.matches()) return { labels, values };
      const groupText = (name: string) => {
        const group = /^[0-9]+$/.test(name) ? Number(name) : names[name];
        return group === undefined || group > matcher.groupCount() ? "" : (matcher.group(group) ?? "");
      };
      return { labels: setLabel(labels, target, expand(replacement, groupText)), values };
    }),
  );
}

/** `label_join(v, target, separator, source…)`. */
export function labelJoin(columns: readonly Column[], texts: readonly string[]): Column[] {
  const [target = "", separator = "", ...sources] = texts;
  for (const source of sources) requireLabelName(source, "source label name in label_join()");
  requireLabelName(target, "destination label name in label_join()");
  return mergeColumns(
    columns.map(({ labels, values }) => ({
      labels: setLabel(labels, target, sources.map((source) => labels[source] ?? "").join(separator)),
      values,
    })),
  );
}

/** Go's replacement templates: `$1`, `${1}`, `$name`, `$$`; a name reaches as far as word characters do. */
function expand(template: string, groupText: (name: string) => string): string {
  return template.replace(
    /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
    (_, dollar?: string, bare?: string, braced?: string) => (dollar ? "$" : groupText(bare ?? braced ?? "")),
  );
}

function requireLabelName(name: string, what: string): void {
  if (!/^[a-zA-Z_]\w*$/.test(name)) throw executionError(`invalid ${what}: ${name}`);
}
