import type { BaseUrl } from "../http/index.ts";
import { indexPath } from "./query.ts";
import type { LogQuery } from "./types.ts";

/** Discover of OpenSearch Dashboards with the same index, time and words; its state is written in Rison. */
export function discoverLink(dashboards: BaseUrl, query: LogQuery): string {
  const time = `(time:(from:${rison(query.window.from)},to:${rison(query.window.to)}))`;
  const words = rison(query.text === undefined ? "" : quoted(query.text));
  const search = `(index:${rison(query.index ?? "")},query:(language:kuery,query:${words}))`;
  const page = dashboards.at("app/discover").href;
  return `${page}#/?_g=${encodeURIComponent(time)}&_a=${encodeURIComponent(search)}`;
}

/** Where there are no Dashboards: a search that a browser can open. */
export function searchLink(search: BaseUrl, query: LogQuery): string {
  const words = query.text === undefined ? "" : ` AND ${quoted(query.text)}`;
  return search.at(`${indexPath(query)}/_search`, {
    q: `@timestamp:["${query.window.from}" TO "${query.window.to}"}${words}`,
    sort: "@timestamp:desc",
    size: "100",
  }).href;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function rison(text: string): string {
  return `'${text.replace(/[!']/g, "!$&")}'`;
}
