// The page's style sheet: system fonts, colours by custom property so that dark mode is a second set of them, and a
// print set that is always light. No rule may name a resource: the page has to work from a file, years later.

/** Steps of darkness: more than ten cannot be told apart. */
export const SHADES = 10

const LIGHT = `
--paper:#fff;--panel:#f6f8fa;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--faint:#e6eaef;
--good:#116329;--good-paper:#dafbe1;--bad:#a40e26;--bad-paper:#ffebe9;
--wan:#1a5fb4;--forward:#0b6a75;--download:#5b3fb8;--verify:#7a5200;--wait:#57606a;
--activate:#a8400f;--outage:#8f1d2c;--restart:#4b5563;--alert:#b42318;--on-bar:#fff;
--band:#bf870016;--band-line:#9a6700;--hatch:#ffffff44;--window-hatch:#9a670033;`

const DARK = `
--paper:#0f1318;--panel:#171c23;--ink:#e6edf3;--dim:#9aa5b1;--line:#363d47;--faint:#242a32;
--good:#56d364;--good-paper:#0f2a17;--bad:#ff8178;--bad-paper:#34120f;
--wan:#79b8ff;--forward:#56d4dd;--download:#bea3f5;--verify:#e3b341;--wait:#9aa5b1;
--activate:#ffab70;--outage:#ff8a80;--restart:#a6b0bb;--alert:#ff8178;--on-bar:#0f1318;
--band:#e3b3411c;--band-line:#d9a72e;--hatch:#0f131844;--window-hatch:#e3b34133;`

/** Light to dark, never so light that it could be taken for empty. */
const SHADES_STYLE = Array.from(
  { length: SHADES },
  (_, shade) => `.shade-${shade}{fill-opacity:${(0.2 + (0.8 * shade) / (SHADES - 1)).toFixed(2)}}`,
).join('')

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:24px;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:18px;margin:38px 0 10px}
h3{font-size:15px;margin:22px 0 6px}
p{margin:6px 0}
.dim{color:var(--dim);font-weight:400}
.banner{display:flex;gap:14px;align-items:flex-start;margin:20px 0 0;padding:14px 18px;border:1px solid;border-left-width:6px;border-radius:6px}
.banner.pass{background:var(--good-paper);border-color:var(--good)}
.banner.fail{background:var(--bad-paper);border-color:var(--bad)}
.banner .word{font-size:20px;font-weight:700;line-height:1.3;white-space:nowrap}
.pass .word{color:var(--good)}.fail .word{color:var(--bad)}
.banner p{margin:2px 0}.banner ul{margin:2px 0;padding-left:20px}
.notice{background:var(--panel);border:1px solid var(--bad);border-left-width:6px;border-radius:6px;padding:8px 12px;margin:10px 0}
.notice strong{color:var(--bad);text-transform:uppercase;margin-right:8px}
pre.log{background:var(--panel);border:1px solid var(--faint);border-radius:6px;padding:8px 12px;overflow-x:auto;font-size:12.5px;line-height:1.45}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:8px;margin:14px 0 0;padding:0}
.tiles div{background:var(--panel);border:1px solid var(--faint);border-radius:6px;padding:8px 11px}
.tiles dt{color:var(--dim);font-size:13px}
.tiles dd{margin:0;font-size:17px;font-weight:600;line-height:1.3}
.tiles small{display:block;font-size:12.5px;font-weight:400;color:var(--dim)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--faint)}
thead th{color:var(--dim);font-weight:600;font-size:13px;border-bottom-color:var(--line);vertical-align:bottom}
tbody th{font-weight:600}
tfoot th,tfoot td{border-bottom:0;border-top:1px solid var(--line);font-weight:600}
.facts th{width:172px;color:var(--dim);font-weight:400}
.facts td{overflow-wrap:anywhere}
thead th.number{white-space:normal}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:18px}
th.time{font-weight:400}
.time{font-variant-numeric:tabular-nums;white-space:nowrap}
.nil{color:var(--dim)}
td small,th small{display:block;font-size:12.5px;font-weight:400;color:var(--dim);white-space:nowrap}
.checks{table-layout:fixed}
.checks th{width:27%;overflow-wrap:anywhere}.checks th.words{width:auto}.checks th.number{width:62px;overflow-wrap:normal}.checks .number{padding-right:0}
.checks small{white-space:normal}
.words{overflow-wrap:anywhere}
td.words code{font-size:12px}
code.word{white-space:nowrap}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.yes{color:var(--good);font-weight:600}.no{color:var(--bad);font-weight:600}
figure{margin:0}
figcaption{color:var(--dim);font-size:14px;margin:0 0 8px}
.drawing{overflow:visible;display:block;width:100%;height:auto;font-family:inherit}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;list-style:none;font-size:13px;color:var(--dim)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{width:16px;height:16px;flex:none}
.cards{display:grid;grid-template-columns:repeat(2,1fr);gap:8px 24px}
.cards.many{grid-template-columns:repeat(3,1fr)}
.cards h3{overflow-wrap:anywhere}
svg text{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--faint);stroke-width:1}
.axis,.lane{stroke:var(--line);stroke-width:1}
text.lane-name{font-weight:600;font-size:13px}
text.tick,text.axis-name{fill:var(--dim)}
.bar{stroke:none}.bar.open,.bar.failed{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 2}
.wan-transfer{fill:var(--wan)}.forward{fill:var(--forward)}.download{fill:var(--download)}
.verification{fill:var(--verify)}.held,.scheduled{fill:var(--wait)}.power-off{fill:var(--outage)}.activation{fill:var(--activate)}
.supply-off{fill:var(--outage)}.restart{fill:var(--restart)}
.hatch{stroke:var(--hatch);stroke-width:5}
text.on-bar{fill:var(--on-bar);font-weight:600}
text.mark-name,text.beside,text.series-name,text.limit-name,text.window-name{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
text.mark-name,text.series-name{font-weight:600}
.limit{stroke:var(--dim);stroke-width:1.3;stroke-dasharray:2 3}
.limit.threshold{stroke:var(--alert);stroke-dasharray:6 3}
text.limit-name{fill:var(--dim)}
.enlarged{fill:none;stroke:var(--dim);stroke-width:1;stroke-dasharray:2 3}
.band{fill:var(--band)}
.window{fill:var(--band);stroke:var(--band-line);stroke-width:1}
.wire{stroke:var(--alert);stroke-width:1;opacity:.55}
.glyph{fill:var(--ink);stroke:var(--ink);stroke-width:1.5;stroke-linejoin:round}
.glyph.alert{fill:var(--alert);stroke:var(--alert)}
.glyph.hollow{fill:var(--paper)}
.glyph.verdict{fill:var(--band-line);stroke:var(--band-line)}
.glyph.note{fill:var(--dim);stroke:none}
.glyph.cross{fill:none;stroke:var(--bad);stroke-width:2.5}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.line-0{stroke:var(--wan)}.line-1{stroke:var(--forward);stroke-dasharray:7 3}
.line-2{stroke:var(--activate);stroke-dasharray:2 3}.line-3{stroke:var(--verify);stroke-dasharray:9 3 2 3}
.han .line-0{stroke:var(--download)}
.end{fill:var(--paper);stroke-width:2;stroke-dasharray:none}
.losses{fill:var(--line)}.retries{fill:var(--dim)}
.gap{fill:var(--panel)}
.step{fill:var(--dim);stroke:none}
text.map-name{font-weight:600}
.part{fill:var(--download)}
.missing{fill:none;stroke:var(--bad);stroke-width:.6;stroke-dasharray:2 2}
${SHADES_STYLE}
footer{padding-top:30px;padding-bottom:40px;color:var(--dim);font-size:13px}
@media (max-width:900px){.cards.many{grid-template-columns:repeat(2,1fr)}}
@media (max-width:760px){.cards,.cards.many{grid-template-columns:1fr}}
@media (max-width:700px){
main,header,footer{padding-left:14px;padding-right:14px}
h1{font-size:20px}
.wide{display:none}.narrow{display:block}
.banner{flex-direction:column;gap:4px}
.tiles{grid-template-columns:1fr 1fr}
.facts th{width:118px}
.cards svg text{font-size:14px}
th,td{padding-right:10px}
}
@media print{
@page{margin:14mm}
body{font-size:11pt}
main,header,footer{max-width:none;padding-left:0;padding-right:0}
.wide{display:block}.narrow{display:none}
.cards{grid-template-columns:repeat(2,1fr)}.cards.many{grid-template-columns:repeat(3,1fr)}
.scroll{overflow:visible}
.tiles{grid-template-columns:repeat(4,1fr)}
table{font-size:9pt}
td small,th small,code,td.words code{font-size:8pt}
th,td{padding-right:8px}
h2,h3{break-after:avoid}
tfoot{display:table-row-group}
tr,figure,.banner,.tiles div{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
