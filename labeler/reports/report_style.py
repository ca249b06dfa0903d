"""The look of the report on the user's own names: one style sheet, for light and dark."""

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1e21; --soft: #5c636b; --line: #dfe2e6;
  --card: #f5f6f8; --one: #0b62c4; --two: #b3430f; --three: #6b7280; --heat: 11, 98, 196; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --ink: #eceef0; --soft: #a3abb4;
  --line: #343940; --card: #1f2226; --one: #6fb1ff; --two: #ff9d66; --three: #9aa2ad;
  --heat: 76, 150, 240; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: clamp(24px, 4vw, 34px); line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 21px; line-height: 1.3; margin: 44px 0 6px; }
h3 { font-size: 16px; margin: 24px 0 2px; }
p { margin: 0 0 12px; max-width: 76ch; }
.soft, figcaption, caption { color: var(--soft); }
code { font: 14px/1.4 ui-monospace, "Cascadia Mono", Menlo, monospace; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
  margin: 20px 0 12px; padding: 0; list-style: none; }
.tiles li { background: var(--card); border-radius: 10px; padding: 12px 14px; }
.tiles b { display: block; font-size: 26px; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr));
  gap: 28px 32px; }
figure { margin: 0; }
figcaption { font-size: 14.5px; max-width: 60ch; margin-bottom: 6px; }
.chart { display: block; width: 100%; max-width: 560px; height: auto; }
.chart text { fill: var(--soft); font-size: 12px; }
.chart text.said { fill: var(--ink); font-weight: 600; }
.axis { fill: none; stroke: var(--soft); }
.grid { stroke: var(--line); }
.mark { stroke: var(--ink); stroke-dasharray: 2 3; stroke-width: 1.5; }
.ideal { fill: none; stroke: var(--soft); stroke-dasharray: 5 4; }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.line.one { stroke: var(--one); }
.line.two { stroke: var(--two); stroke-dasharray: 7 3; }
.line.three { stroke: var(--three); stroke-dasharray: 2 3; }
.dot.one { fill: var(--one); } .dot.two { fill: var(--two); } .dot.three { fill: var(--three); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 4px 0 0; padding: 0;
  list-style: none; font-size: 14px; }
.legend svg { width: 28px; height: 8px; margin-right: 6px; vertical-align: middle; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--one); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 15px; }
caption { text-align: left; font-size: 14.5px; padding-bottom: 6px; }
th, td { padding: 5px 12px 5px 0; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 600; }
th:first-child, td.text, th.text { text-align: left; }
td.text { overflow-wrap: anywhere; min-width: 6.5em; }
tr.now { background: var(--card); font-weight: 600; }
.matrix th, .matrix td { border: 1px solid var(--line); padding: 4px 7px; text-align: center;
  vertical-align: middle; }
.matrix tbody th { text-align: right; font-weight: 400; white-space: nowrap; max-width: 14em;
  overflow: hidden; text-overflow: ellipsis; position: sticky; left: 0; background: var(--paper); }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); font-weight: 400;
  text-align: left; max-height: 11em; white-space: nowrap; overflow: hidden; }
.matrix td.same { font-weight: 600; }
.suspects { display: grid; gap: 12px; margin: 12px 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.suspects li { background: var(--card); border-radius: 10px; padding: 12px 14px;
  overflow-wrap: anywhere; }
.suspects small { display: block; color: var(--soft); font-size: 13.5px; }
.pair { display: flex; gap: 10px; margin-bottom: 8px; }
.pair img { width: 104px; height: 104px; border-radius: 8px; display: block; }
details { margin-top: 10px; }
summary { cursor: pointer; }
@media (max-width: 600px) { table { font-size: 14px; } th, td { padding-right: 8px; } }
@media print { details > * { display: block; } .scroll { overflow: visible; } }
"""
