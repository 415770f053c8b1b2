"""The style sheet of the report: one column on a phone, dark where that is wished, and on paper."""

CSS = """
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f5f6f8; --text: #1c2330; --soft: #5a6475; --rule: #d5d9e0;
  --run: #1a5fb4; --article: #b8500b; --band: 90 105 130; --good: 22 120 70; --bad: 190 45 35;
  --none: 95 105 120;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161d; --card: #1b212b; --text: #e4e8ef; --soft: #9ea9ba; --rule: #343d4b;
    --run: #7ab2ff; --article: #ffa564; --band: 150 165 190; --good: 80 200 130;
    --bad: 255 120 105; --none: 160 170 185;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 76rem; background: var(--back);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif; -webkit-text-size-adjust: 100%;
}
h1, h2 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0; font-size: 1.1rem; font-weight: 600; color: var(--soft); }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.3rem; }
p { margin: .5rem 0; max-width: 44rem; }
.said { margin-top: 1.25rem; }
code, pre { font: .85em/1.5 ui-monospace, monospace; }
.name, td, dd { overflow-wrap: anywhere; }
.said, figcaption, caption { color: var(--soft); }
.verdict {
  --tone: var(--none); margin: .75rem 0 1.5rem; padding: 1rem 1.25rem; border-radius: .5rem;
  border-left: .4rem solid rgb(var(--tone)); background: rgb(var(--tone) / .1);
}
.same { --tone: var(--good); }
.different { --tone: var(--bad); }
.verdict h2 { margin: 0 0 .5rem; font-size: 1.6rem; color: rgb(var(--tone)); }
pre {
  margin: .5rem 0; padding: .75rem 1rem; border-radius: .5rem; background: var(--card);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.facts { display: grid; gap: .75rem; margin: 1.5rem 0 0; padding: 0;
         grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
.facts div { padding: .6rem .9rem; border-radius: .5rem; background: var(--card); }
.facts dt { font-size: .85rem; color: var(--soft); }
.facts dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
.facts small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
.charts { display: grid; gap: 1rem 2.5rem; }
.charts figure { margin: 0; min-width: 0; }
.charts h3 { margin: .75rem 0; font-size: 1rem; }
.chart { display: block; width: calc(100% - 4rem); height: 17rem; margin: 0 1.5rem 2rem 2.5rem;
         overflow: visible; }
.chart text { font-size: .75rem; fill: var(--soft); }
.chart .left { text-anchor: end; }
.chart .below { text-anchor: middle; }
.grid { stroke: var(--rule); }
.chart path { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
              vector-effect: non-scaling-stroke; }
.chart .band { fill: rgb(var(--band) / .28); stroke: none; }
.chart .run { stroke: var(--run); stroke-width: 2.25; }
.chart .article { stroke: var(--article); stroke-width: 1.5; stroke-dasharray: 5 4; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0; padding: 0;
          list-style: none; font-size: .9rem; }
.legend span { display: inline-block; width: 1.6rem; margin-right: .4rem; vertical-align: middle; }
.legend .run { border-top: 3px solid var(--run); }
.legend .article { border-top: 2px dashed var(--article); }
.legend .band { height: .9rem; background: rgb(var(--band) / .28); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
caption { padding-bottom: .4rem; text-align: left; font-size: .9rem; }
.matrix { width: 100%; max-width: 44rem; table-layout: fixed; font-size: .85rem;
          font-variant-numeric: tabular-nums; text-align: center; }
.matrix th, .matrix td { padding: .35rem 0; }
.matrix td { border: 1px solid var(--back); background: rgb(var(--bad) / var(--share));
             overflow-wrap: normal; }
.matrix td.right { background: rgb(var(--good) / var(--share)); font-weight: 600; }
.matrix td.nothing { color: var(--soft); }
.matrix td.rate { background: none; color: var(--soft); white-space: nowrap; }
.mistakes { display: grid; gap: .75rem; margin: 1rem 0 0; padding: 0;
            grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); }
.mistakes figure { margin: 0; }
.mistakes img { display: block; width: 100%; max-width: 8rem; border-radius: .3rem;
                image-rendering: pixelated; }
.mistakes figcaption { margin-top: .25rem; font-size: .85rem; line-height: 1.35; }
.mistakes strong { color: var(--text); }
.made { width: 100%; font-size: .9rem; }
.made th, .made td { padding: .4rem .5rem .4rem 0; border-top: 1px solid var(--rule);
                     text-align: left; vertical-align: top; }
.made th { width: 11rem; font-weight: 600; }
.made ul { margin: 0; padding: 0; list-style: none; }
.made .short { columns: 14rem; }
footer { margin-top: 3rem; font-size: .85rem; color: var(--soft); }
@media (min-width: 68rem) { .charts { grid-template-columns: 1fr 1fr; } }
@media (max-width: 34rem) {
  .matrix { font-size: .7rem; }
  .verdict { padding: .75rem 1rem; }
  .verdict h2 { font-size: 1.35rem; }
  .made th { width: 7.5rem; }
}
@media print {
  @page { margin: 15mm; }
  :root {
    color-scheme: light; --back: #fff; --card: #f5f6f8; --text: #000; --soft: #444; --rule: #ccc;
    --run: #1a5fb4; --article: #b8500b; --band: 90 105 130; --good: 22 120 70; --bad: 190 45 35;
    --none: 95 105 120;
  }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact;
         -webkit-print-color-adjust: exact; }
  h2, h3, .legend, section > p { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  figure, tr, .verdict, .facts, .legend, .matrix { break-inside: avoid; }
  .charts { grid-template-columns: 1fr; }
  .chart { height: 5cm; }
  .mistakes { grid-template-columns: repeat(7, 1fr); }
  .mistakes figcaption { font-size: 8pt; white-space: nowrap; }
  .made { font-size: 8pt; }
  .scroll { overflow: visible; }
}
"""
