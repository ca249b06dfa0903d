"""The look of the family's page, beside that of all reports."""

STYLE = """
.tree { display: block; margin: 0 auto; }
.tree .kin { fill: none; stroke: var(--one); stroke-linecap: round; }
.tree .couple { stroke: var(--three); stroke-width: 2; stroke-dasharray: 3 4; }
.tree .ring { fill: none; stroke: var(--line); stroke-width: 2; }
.tree .nobody { fill: var(--card); stroke: var(--line); stroke-width: 2; }
.tree .name { fill: var(--ink); font-size: 15px; font-weight: 600; text-anchor: middle; }
.tree .small { fill: var(--soft); font-size: 12px; text-anchor: middle; }
.tree .chip { fill: var(--paper); stroke: var(--one); }
.tree .share { fill: var(--ink); font-size: 12.5px; font-weight: 600; text-anchor: middle;
  font-variant-numeric: tabular-nums; }
.children { display: grid; gap: 12px; margin: 12px 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
.children li { background: var(--card); border-radius: 10px; padding: 14px 16px; }
.children b { display: block; font-size: 17px; margin-bottom: 6px; }
.bar { position: relative; height: 8px; border-radius: 4px; margin: 4px 0 10px;
  background: var(--line); }
.bar i { position: absolute; top: 0; bottom: 0; border-radius: 4px; background: var(--one);
  opacity: .42; }
.bar u { position: absolute; top: -3px; width: 4px; height: 14px; border-radius: 2px;
  margin-left: -2px; background: var(--one); }
.row { display: flex; justify-content: space-between; gap: 12px; font-size: 15px; }
.row span:last-child { color: var(--soft); font-variant-numeric: tabular-nums; }
.likes { display: grid; gap: 16px; margin: 12px 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
.likes li { background: var(--card); border-radius: 10px; padding: 12px; }
.likes .two { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
.likes img { display: block; width: 100%; height: auto; border-radius: 8px; }
.likes figcaption { margin: 6px 2px 0; font-size: 14px; overflow-wrap: anywhere; }
.heat td { color: var(--ink); }
"""
