import { PromqlError } from "./promql-error.ts";
import type { Series } from "./series.ts";

/**
 * The `data` of `/api/v1/metadata`. Simulated series carry no metadata, so the type is read from the name, by
 * the naming conventions that exporters follow.
 */
export function metadataOf(series: readonly Series[], parameters: URLSearchParams): object {
  const limitText = parameters.get("limit") ?? "";
  if (!/^\d*$/.test(limitText)) throw new PromqlError("bad_data", "limit must be a number");
  const limit = limitText === "" ? Number.POSITIVE_INFINITY : Number(limitText);
  const wanted = parameters.get("metric");
  const names = new Set(series.map(({ labels }) => labels.__name__ ?? ""));
  const families = new Map([...names].map((name) => describe(name, names)));
  const listed = [...families].filter(([name]) => !wanted || name === wanted).slice(0, limit);
  return Object.fromEntries(listed.map(([name, type]) => [name, [{ type, help: "", unit: "" }]]));
}

function describe(name: string, names: ReadonlySet<string>): [family: string, type: string] {
  const base = name.replace(/_(bucket|count|sum)$/, "");
  if (base !== name && names.has(`${base}_bucket`)) return [base, "histogram"];
  if (base !== name && names.has(`${base}_sum`) && names.has(`${base}_count`)) return [base, "summary"];
  return [name, name.endsWith("_total") ? "counter" : "gauge"];
}
