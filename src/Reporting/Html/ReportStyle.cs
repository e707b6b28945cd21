namespace Cluster.Reporting.Html;

/// <summary>The look of the report: one style sheet for light, dark and paper.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public static ConstantMarkup Css { get; } = new("""

        :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--rule:#dfe4ea;--faint:#eef1f4;--front:#2f62c9;--win:#0b8457;--int8:#b25409;--fp32:#46525f;--other:#7f8b98;--bad:#b3261e;--okfill:rgba(11,132,87,.06);--sel:var(--win)}
        main.bad{--sel:var(--bad)}main.none{--sel:var(--soft)}
        @media (prefers-color-scheme:dark){:root{--page:#0f141a;--card:#171e26;--ink:#e4e9ef;--soft:#98a4b2;--rule:#2b3540;--faint:#202933;--front:#7ba6ff;--win:#3fcf97;--int8:#f0a050;--fp32:#b9c4d0;--other:#6b7887;--bad:#ff8a80;--okfill:rgba(63,207,151,.07)}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:1080px;margin:0 auto;padding:32px 20px 56px}
        h1{font-size:26px;line-height:1.25;margin:2px 0 14px;overflow-wrap:anywhere}
        h2{font-size:18px;margin:0 0 4px}
        p{margin:6px 0}
        section,header{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:22px 24px;margin:0 0 18px}
        .eyebrow{color:var(--soft);font-size:13px;letter-spacing:.02em;margin:0}
        .lead{font-size:17px;line-height:1.5;margin:0 0 10px;overflow-wrap:anywhere}
        .note,figcaption,caption{color:var(--soft);font-size:13.5px}
        .status{display:inline-block;font-size:13px;font-weight:600;padding:2px 10px;border-radius:99px;border:1px solid currentColor;color:var(--win);margin-bottom:10px}
        .status.none,.status.doubt{color:var(--int8)}.status.bad{color:var(--bad)}
        ul.notes{margin:8px 0 0;padding-left:20px;color:var(--soft);font-size:14px}
        dl.answer{grid-template-columns:max-content 1fr;font-size:16.5px;line-height:1.5;margin:8px 0 12px}
        dl.answer dt{font-weight:600}
        summary{cursor:pointer;color:var(--soft)}
        .scroll{overflow-x:auto;margin-top:10px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}
        th,td{padding:6px 10px;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
        th{color:var(--soft);font-weight:600;vertical-align:bottom}
        thead th{border-bottom:2px solid var(--rule)}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td small,th small{color:var(--soft);display:block;font-size:12px;line-height:1.35;font-weight:400}
        tr.selected td{background:var(--faint)}
        tr.selected td:first-child{box-shadow:inset 3px 0 0 var(--sel)}
        .group{overflow-wrap:anywhere;min-width:140px}
        .plan{min-width:190px;overflow-wrap:anywhere}.why{min-width:200px}
        caption{text-align:left;padding:10px 0 2px}
        .chip{display:inline-block;font-size:11.5px;font-weight:600;padding:0 7px;border-radius:4px;border:1px solid currentColor;white-space:nowrap}
        .chip.int8{color:var(--front)}.chip.fp32{color:var(--fp32);border-style:dashed}.chip.pass{color:var(--win)}.chip.fail{color:var(--bad)}
        dl{display:grid;grid-template-columns:minmax(130px,190px) 1fr;gap:4px 16px;margin:10px 0 0}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        code{overflow-wrap:anywhere}
        pre{background:var(--faint);border-radius:6px;padding:10px 14px;margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
        figure{margin:12px 0 0;overflow-x:auto}
        figcaption{margin-top:6px}
        svg{display:block;width:100%;min-width:640px;height:auto}
        svg.small{max-width:520px;min-width:0}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink)}
        svg .tick,svg .title{fill:var(--soft)}
        svg .tick,svg .value{font-variant-numeric:tabular-nums}
        svg .grid{stroke:var(--faint)}svg .axis{stroke:var(--soft)}
        svg .bound{stroke:var(--win);stroke-dasharray:6 4}svg .float{stroke:var(--fp32);stroke-dasharray:2 4}
        svg .ok{fill:var(--okfill)}
        svg .stair{fill:none;stroke:var(--front);stroke-width:1.5;opacity:.65}
        svg .whisker{fill:none;stroke-width:1.2;opacity:.5}
        svg .mark{stroke:var(--card);stroke-width:1.5}
        svg .label{font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
        svg text.dim{font-weight:400;fill:var(--soft)}
        svg .front .mark,svg text.front{fill:var(--front)}svg .front .whisker{stroke:var(--front)}
        svg .winner .mark,svg text.winner{fill:var(--sel)}svg .winner .whisker{stroke:var(--sel);opacity:.9}
        svg .int8 .mark,svg text.int8{fill:var(--int8)}svg .int8 .whisker{stroke:var(--int8)}
        svg .fp32 .mark,svg text.fp32{fill:var(--fp32)}svg .fp32 .whisker{stroke:var(--fp32)}
        svg .other .mark{fill:var(--other)}
        svg .bar.int8 rect{fill:var(--front)}svg .bar.fp32 rect{fill:var(--fp32)}
        svg.graph{width:auto;min-width:0}
        .box.fp32{color:var(--fp32)}.box.int8{color:var(--front)}.box.low{color:var(--int8)}.box.half{color:var(--win)}
        svg .box rect{fill:currentColor;fill-opacity:.14;stroke:currentColor}svg .box.fp32 rect{stroke-dasharray:4 3}
        svg .box .dim{fill:var(--soft)}svg .box .format{fill:currentColor;font-weight:600}
        svg .edge{fill:none;stroke:var(--other)}svg .tip{fill:var(--other)}svg .edge.change{stroke:var(--int8);stroke-width:1.6;stroke-dasharray:3 2}svg .tip.change{fill:var(--int8)}
        .spreads{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:6px 24px}
        svg.spread{min-width:0;margin-top:4px}svg .values{fill:var(--front);opacity:.75}
        .key{display:inline-flex;gap:6px;align-items:center;margin-right:16px;white-space:nowrap}
        .key i{width:11px;height:11px;border-radius:2px;background:var(--other)}
        .key .front{background:var(--front);border-radius:50%}.key .winner{background:var(--sel);transform:rotate(45deg)}.key .int8{background:var(--int8)}.key .fp32{background:var(--fp32)}.key .other{border-radius:50%}.key .bars{background:var(--front)}.key .box{background:currentColor}
        .js th[data-sort]{cursor:pointer}
        .js th[aria-sort=ascending]::after{content:" ▲";font-size:10px}.js th[aria-sort=descending]::after{content:" ▼";font-size:10px}
        @media (max-width:640px){main{padding:12px 8px}section,header{padding:16px 14px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}dl.answer{grid-template-columns:1fr}}
        .narrow{display:none}
        @media screen and (min-width:1700px){main{max-width:1720px;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:18px;align-items:start}
        main>*{grid-column:1/-1;margin:0}main>:is(#front,#sensitivity,#prediction,#parity,#method,#effort){grid-column:auto}}
        @media (max-width:640px){svg.wide{display:none}svg.narrow{display:block;min-width:0}}
        @media screen and (max-width:900px){.js :is(table,tbody,tr,td,caption){display:block}.js thead{display:none}.js td{border:0;padding:2px 10px;min-width:0}.js tr{border-bottom:1px solid var(--rule);padding:6px 0}.js td:first-child{text-align:left}.js td[data-of]{text-align:right;white-space:normal}.js td[data-of]::before{content:attr(data-of);float:left;padding-right:16px;color:var(--soft)}}
        @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#ccc;--faint:#eee;--front:#2f62c9;--win:#0b8457;--int8:#b25409;--fp32:#46525f;--other:#7f8b98;--bad:#b3261e;--okfill:rgba(11,132,87,.06)}
        body{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}section,header{border:0;padding:0 0 10px;break-inside:auto}h2{break-after:avoid}tr,figure,pre{break-inside:avoid}.scroll,figure{overflow:visible}svg{min-width:0}table{font-size:10px}th,td{padding:3px 5px}}

        """);

    /// <summary>
    /// Sorts a table when a heading is clicked, and names each cell after its heading for narrow screens, which have a line for each; the
    /// table is complete without it.
    /// </summary>
    public static ConstantMarkup TableScript { get; } = new("""

        document.documentElement.classList.add("js");
        for (const table of document.querySelectorAll("table")) for (const row of table.tBodies[0].rows) for (const cell of [...row.cells].slice(1))
          cell.dataset.of = [...table.tHead.rows[0].cells[cell.cellIndex].childNodes].map(part => part.textContent).join("; ");
        for (const head of document.querySelectorAll("th[data-sort]")) head.addEventListener("click", () => {
          const body = head.closest("table").tBodies[0], down = head.ariaSort === "descending" ? 1 : -1;
          const value = row => row.cells[head.cellIndex].dataset.v ?? row.cells[head.cellIndex].textContent;
          for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
          head.ariaSort = down < 0 ? "descending" : "ascending";
          const order = (a, b) => a === "" || b === "" ? (a === "") - (b === "") : down * (isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b);
          body.append(...[...body.rows].sort((a, b) => order(value(a), value(b))));
        });

        """);
}

/// <summary>Markup that is written unencoded: constants of the report's code, never input.</summary>
/// <param name="Html">The markup.</param>
internal readonly record struct ConstantMarkup(string Html);
