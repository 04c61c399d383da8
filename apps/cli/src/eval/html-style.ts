import { Markup } from "./markup.ts";

/** The page's look: system fonts, light and dark, readable on paper. */
export const style = new Markup(`
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b1f27; --soft: #5c6675; --line: #e0e4ea; --code: #f1f3f6;
  --good: #1a7f4b; --good-bg: #e2f4ea; --warn: #8a5a00; --warn-bg: #fdf0d3; --bad: #b3261e; --bad-bg: #fde7e5; --bar: #4667d6; }
@media (prefers-color-scheme: dark) { :root {
  --page: #12151b; --card: #1a1f27; --ink: #e6e9ef; --soft: #98a2b3; --line: #2c333e; --code: #232935;
  --good: #62d296; --good-bg: #143524; --warn: #f2c265; --warn-bg: #3b2d0d; --bad: #ff8f86; --bad-bg: #451c19; --bar: #7f9bff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 24px; margin: 0 0 2px; } h2 { font-size: 17px; margin: 32px 0 10px; }
h3 { font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 18px 0 6px; }
p { margin: 4px 0; } .soft, small { color: var(--soft); }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Consolas, monospace; } code { overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.tile b { display: block; font-size: 25px; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile.bad b { color: var(--bad); } .tile.good b { color: var(--good); } .tile small { display: block; font-size: 12.5px; line-height: 1.35; }
.side { display: grid; grid-template-columns: 300px 1fr; gap: 20px; align-items: start; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px; display: block; width: 100%; }
.chart text { fill: var(--soft); font: 10px system-ui, sans-serif; } .chart .axis { stroke: var(--line); }
.chart .ideal { stroke: var(--soft); stroke-dasharray: 3 4; } .chart .dot { fill: var(--bar); fill-opacity: .85; }
.filters { display: flex; gap: 8px; margin: 0 0 10px; flex-wrap: wrap; }
.filters label { border: 1px solid var(--line); background: var(--card); border-radius: 99px; padding: 3px 13px; cursor: pointer; font-size: 14px; }
.filters input { position: absolute; opacity: 0; } .filters label:has(:checked) { border-color: var(--bar); color: var(--bar); font-weight: 600; }
.filters label:has(:focus-visible) { outline: 2px solid var(--bar); }
main:has(#only-bad:checked) .run.is-good, main:has(#only-good:checked) .run.is-bad { display: none; }
.run { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 8px; overflow: hidden; }
.run > summary { display: grid; grid-template-columns: 118px 96px minmax(0, 1fr) 54px 62px; gap: 12px; padding: 9px 14px; cursor: pointer; align-items: baseline; list-style: none; }
.run > summary::-webkit-details-marker { display: none; } .run > summary:hover { background: var(--code); }
.run[open] > summary { border-bottom: 1px solid var(--line); }
.run .number { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
.pill { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: 13px; font-weight: 600; text-align: center; white-space: nowrap; }
.pill.good { color: var(--good); background: var(--good-bg); } .pill.warn { color: var(--warn); background: var(--warn-bg); } .pill.bad { color: var(--bad); background: var(--bad-bg); }
.body { padding: 6px 18px 18px; } .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 28px; }
.cause { margin: 0 0 10px; } .cause .scale { height: 6px; background: var(--code); border-radius: 3px; margin: 4px 0; } .cause .scale i { display: block; height: 6px; border-radius: 3px; background: var(--bar); }
.cause.is-true .scale i { background: var(--good); }
pre { background: var(--code); border-radius: 8px; padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; max-height: 480px; overflow: auto; }
ul { margin: 0; padding-left: 18px; } li.bad { color: var(--bad); } li.good { color: var(--good); }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; } td { border-top: 1px solid var(--line); padding: 5px 10px 5px 0; vertical-align: top; overflow-wrap: anywhere; }
td:nth-child(-n+2) { white-space: nowrap; color: var(--soft); }
@media (max-width: 760px) { .side, .columns { grid-template-columns: 1fr; } .tiles { grid-template-columns: 1fr 1fr; } .run > summary { grid-template-columns: 104px 1fr 62px; } .run > summary .about { grid-column: 1 / -1; grid-row: 2; } .run > summary .confidence { display: none; } }
@media print { .filters { display: none; } pre { max-height: none; } }
`);
