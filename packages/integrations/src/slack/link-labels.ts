/** Variables of a dashboard that say where something runs. */
const places = /^var-(namespace|pod|cluster|service|deployment|workload|container|job|app)$/;
const MAX_PAIRS = 50;

type Label = readonly [name: string, value: string];

/**
 * The labels in an alert's links: what Alertmanager's `filter` and Grafana's `matcher` of a silence demand to be equal,
 * and where a dashboard's variables point. A link of another alert than `alertname` is left.
 */
export function linkLabels(links: readonly string[], alertname: string | undefined): Label[] {
  return links.flatMap((link) => {
    const labels = [...queryOf(link)].slice(0, MAX_PAIRS).flatMap(([name, value]) => labelsIn(name, value));
    const about = labels.find(([name]) => name === "alertname")?.[1];
    return about !== undefined && alertname !== undefined && about !== alertname ? [] : labels;
  });
}

/** A single-page application has its query behind the `#`. */
function queryOf(link: string): URLSearchParams {
  const at = link.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : link.slice(at + 1));
}

function labelsIn(name: string, value: string): Label[] {
  if (name === "filter") {
    const pairs = value.matchAll(/(?:^|[{,\s])([A-Za-z_]\w{0,63})="([^"]{1,255})"/g);
    return [...pairs].slice(0, MAX_PAIRS).map(([, key = "", word = ""]) => [key, word]);
  }
  if (name === "matcher" || name === "matchers") {
    const [, key, word] = /^([A-Za-z_]\w{0,63})=([^~].{0,254})$/.exec(value) ?? [];
    return key === undefined || word === undefined ? [] : [[key, word]];
  }
  const place = places.exec(name)?.[1];
  return place === undefined || !/^[a-z0-9][\w.-]{0,252}$/.test(value) || value === "all"
    ? []
    : [[place, value]];
}
