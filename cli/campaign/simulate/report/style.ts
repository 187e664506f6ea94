// What the charts of a simulation look like beside the style of every page.

const MISSED = ['--line', '--wan', '--wan', '--wan', '--activate', '--alert', '--alert'] as const
const OPACITY = [0.75, 0.35, 0.6, 0.9, 0.9, 0.75, 1] as const

export const SIMULATION_STYLE = `
main>p:first-child{margin-top:16px}
.capacity{fill:none;stroke:var(--alert);stroke-width:1.8;stroke-dasharray:6 3}
.updated{fill:var(--wan)}.not-updated{fill:var(--bad)}
.ad1-suppressed{fill:var(--line)}.ad1-genuine{fill:var(--forward)}.ad1-false{fill:var(--alert)}
.retried{fill:var(--download)}.took{fill:var(--wan)}.took-shared{fill:var(--activate)}.cut{fill:var(--outage)}
${MISSED.map((colour, i) => `.missed-${i}{fill:var(${colour});fill-opacity:${OPACITY[i]}}`).join('')}
.about{min-width:260px}
.supplier{min-width:150px}
`
