import { formatPlain, formatValue } from "./literals.ts";
import type { InstantResult, MatrixSeries, Point } from "./query.ts";

/** The `data` of an instant query: https://prometheus.io/docs/prometheus/2.42/querying/api/#instant-queries */
export function instantData(result: InstantResult): object {
  switch (result.type) {
    case "vector": {
      const series = result.series.map(({ labels, point }) => ({ metric: labels, value: pair(point) }));
      return { resultType: "vector", result: series };
    }
    case "matrix":
      return matrixData(result.series);
    case "scalar": {
      const [timeMs, value] = result.point;
      return { resultType: "scalar", result: [timeMs / 1000, formatPlain(value)] };
    }
    case "string":
      return { resultType: "string", result: [result.timeMs / 1000, result.value] };
  }
}

/** The `data` of a range query. */
export function matrixData(series: readonly MatrixSeries[]): object {
  const result = series.map(({ labels, points }) => ({ metric: labels, values: points.map(pair) }));
  return { resultType: "matrix", result };
}

/** Times are seconds, values are text, since JSON has neither NaN nor the infinities. */
function pair([timeMs, value]: Point): [number, string] {
  return [timeMs / 1000, formatValue(value)];
}
