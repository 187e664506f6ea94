// The timeline as SVG: a lane per box, a bar per phase, a mark per message, a wire from where an alert was raised to
// where it was heard. Whatever finds no room for its label keeps its tooltip, and the page has it in a table.

import { scale, textWidth, timeTicks } from '../../drawing/axis.ts'
import { FONT, picture } from '../../drawing/frame.ts'
import { type Anchor, LabelRow, type Placed } from '../../drawing/labels.ts'
import { type Markup, markup } from '../../drawing/markup.ts'
import { clockTime, count, duration, exactClockTime } from '../../output/format.ts'
import type { Mark, MarkKind } from './mark.ts'
import { textOfMark } from './marks.ts'
import { type FoldedPhase, PHASE_NAMES, type Phase, type PhaseKind, type Span } from './timeline.ts'

export interface Wire {
  readonly from: { readonly t: number; readonly lane: string }
  readonly to: { readonly t: number; readonly lane: string }
}

export interface Limit {
  readonly t: number
  readonly label: string
  /** A limit that decides something, not just a place. */
  readonly isThreshold: boolean
}

export interface Drawing {
  /** Prefix of its ids, unique on the page. */
  readonly id: string
  readonly title: string
  readonly description: string
  readonly width: number
  readonly from: number
  readonly to: number
  /** The moment that the axis calls 0, and what the axis says of itself. */
  readonly origin: number
  readonly axis: string
  readonly lanes: readonly { readonly name: string; readonly label: string }[]
  readonly phases: readonly Phase[]
  /** When the box of a lane slept in the middle of its download. */
  readonly sleeps: ReadonlyMap<string, readonly Span[]>
  readonly marks: readonly Mark[]
  readonly wires: readonly Wire[]
  /** Suppression windows, drawn in the lane that keeps them. */
  readonly windows: readonly Span[]
  readonly windowLane: string
  /** Upright lines with a name. */
  readonly limits: readonly Limit[]
  /** Stretches that are drawn again elsewhere, larger. */
  readonly enlarged: readonly Span[]
}

const LANE = 60
const GLYPH = 28
const BAR_TOP = 38
const BAR = 17
/** A bar of a phase in which a box only waits, and of a download while its device sleeps. */
const THIN = 5
const HEADER = 18
/** Most of the drawing that the names of its lanes may take. */
const NAMES = 0.3

const WAITING: ReadonlySet<PhaseKind> = new Set(['held', 'scheduled'])

/** Which mark speaks for a cluster, and whose label is placed first. */
const IMPORTANCE: readonly MarkKind[] = [
  'note',
  'step',
  'received',
  'response',
  'request',
  'raised',
  'trouble',
  'verdict',
]

const rank = (mark: Mark) => IMPORTANCE.indexOf(mark.kind)

export function drawTimeline(drawing: Drawing): Markup {
  return new Timeline(drawing).draw()
}

class Timeline {
  readonly #d: Drawing
  readonly #left: number
  readonly #right: number
  readonly #x: (t: number) => number
  readonly #top: number
  readonly #bottom: number
  readonly #header: Markup[] = []

  constructor(drawing: Drawing) {
    this.#d = drawing
    const widest = Math.max(...drawing.lanes.map(({ label }) => textWidth(label, FONT + 1)))
    this.#left = 14 + Math.min(widest, drawing.width * NAMES)
    this.#right = drawing.width - 14
    this.#x = scale(drawing.from, drawing.to, this.#left, this.#right - this.#left)
    const rows = this.#headerRows()
    this.#top = rows * HEADER + 6
    this.#bottom = this.#top + drawing.lanes.length * LANE
  }

  draw(): Markup {
    const { id, title, description, width, lanes } = this.#d
    const height = this.#bottom + 42
    return picture(
      { id, title, description, width, height },
      markup`<defs><pattern id="${id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>
${this.#grid()}
${lanes.map((lane, row) => this.#frame(lane.label, row))}
${this.#windows()}
${this.#enlarged()}
${this.#header}
${this.#d.wires.map(wire => this.#wire(wire))}
${lanes.map((lane, row) => this.#lane(lane.name, row))}`,
    )
  }

  /** Places the names of the upright lines; returns the rows that they take. */
  #headerRows(): number {
    const { limits, enlarged } = this.#d
    const names = limits.map(({ t, label }) => ({ x: this.#x(t), label }))
    for (const { from, to } of enlarged) {
      names.push({ x: (this.#x(from) + this.#x(to)) / 2, label: 'enlarged below' })
    }
    const rows: LabelRow[] = []
    for (const { x, label } of names) {
      for (let row = 0; ; row++) {
        rows[row] ??= new LabelRow(0, this.#right, FONT)
        const placed = rows[row]!.around(x, label)
        if (!placed && row < names.length) continue
        if (placed) this.#header.push(label_(placed, row * HEADER + 14, 'limit-name'))
        break
      }
    }
    return rows.length
  }

  #grid(): Markup[] {
    const { from, to, origin, axis, limits } = this.#d
    const ticks = timeTicks(from, to, origin, this.#right - this.#left, FONT)
    const y = this.#bottom
    const row = new LabelRow(0, this.#d.width, FONT)
    return [
      ...ticks.map(({ at, label }) => {
        const x = this.#x(at)
        const placed = row.around(x, label)
        const name = placed && label_(placed, y + 18, 'tick')
        return markup`<line class="grid" x1="${x}" y1="${this.#top}" x2="${x}" y2="${y + 4}"/>${name}`
      }),
      markup`<text class="axis-name" x="${this.#right}" y="${y + 36}" text-anchor="end">${axis}</text>`,
      ...limits.map(({ t, isThreshold }) => {
        const x = this.#x(t)
        return markup`<line class="limit${isThreshold ? ' threshold' : ''}" x1="${x}" y1="${this.#top - 2}" x2="${x}" y2="${y}"/>`
      }),
    ]
  }

  #frame(label: string, row: number): Markup {
    const y = this.#top + row * LANE
    return markup`<line class="lane" x1="0" y1="${y}" x2="${this.#right}" y2="${y}"/><text class="lane-name" x="0" y="${y + GLYPH + 4}">${cut(label, this.#left - 14)}</text>${
      row === this.#d.lanes.length - 1
        ? markup`<line class="lane" x1="0" y1="${y + LANE}" x2="${this.#right}" y2="${y + LANE}"/>`
        : undefined
    }`
  }

  #enlarged(): Markup[] {
    return this.#d.enlarged.map(({ from, to }) => {
      const x = this.#x(from)
      const width = Math.max(3, this.#x(to) - x)
      return markup`<rect class="enlarged" x="${x}" y="${this.#top}" width="${Math.min(width, this.#right - x)}" height="${this.#bottom - this.#top}"/>`
    })
  }

  #windows(): Markup[] {
    const row = this.#d.lanes.findIndex(({ name }) => name === this.#d.windowLane)
    if (row < 0) return []
    const y = this.#top + row * LANE + BAR_TOP
    const labels = new LabelRow(this.#left, this.#right, FONT)
    return this.#visible(this.#d.windows).map(window => {
      const [x, width] = this.#extent(window)
      const length = duration(window.to - window.from)
      const text = [`suppression window, ${length}`, `window, ${length}`].find(
        each => textWidth(each, FONT) < width - 8,
      )
      const placed = text && labels.around(x + width / 2, text)
      return markup`<g><title>Suppression window: ${clockTime(window.from)} to ${clockTime(window.to)}</title>
<rect class="band" x="${x}" y="${this.#top}" width="${width}" height="${this.#bottom - this.#top}"/>
<rect class="window" x="${x}" y="${y}" width="${width}" height="${BAR}"/><rect fill="url(#${this.#d.id}-hatch)" x="${x}" y="${y}" width="${width}" height="${BAR}"/>
${placed ? label_(placed, y + 13, 'window-name') : undefined}</g>`
    })
  }

  #wire({ from, to }: Wire): Markup | undefined {
    const { lanes } = this.#d
    const [start, end] = [from, to].map(({ lane }) => lanes.findIndex(({ name }) => name === lane))
    if (start! < 0 || end! < 0 || start === end) return undefined
    if (from.t < this.#d.from || to.t > this.#d.to) return undefined
    const y = (row: number) => this.#top + row * LANE + GLYPH
    return markup`<line class="wire" x1="${this.#x(from.t)}" y1="${y(start!)}" x2="${this.#x(to.t)}" y2="${y(end!)}"/>`
  }

  #lane(name: string, row: number): Markup {
    const y = this.#top + row * LANE
    return markup`<g>${this.#bars(name, y)}${this.#marks(name, y)}</g>`
  }

  #bars(lane: string, y: number): Markup[] {
    const { id } = this.#d
    const phases = this.#crowded(this.#visible(this.#d.phases.filter(each => each.lane === lane)))
    const labels = new LabelRow(this.#left, this.#right, FONT)
    for (const phase of phases) {
      const [x, width] = this.#extent(phase)
      labels.take(x - 3, x + width + 3)
    }
    return phases.map(phase => {
      const [x, width] = this.#extent(phase)
      const name = PHASE_NAMES[phase.kind]
      const ends = { done: '', failed: ', failed', open: ', not ended' }[phase.state]
      const times = phase.times > 1 ? ` ×${count(phase.times)}` : ''
      const length = duration(phase.spent)
      const texts = [`${name}${times}, ${length}${ends}`, `${name}${times}${ends}`]
      const canHold = !WAITING.has(phase.kind) && !this.#isBroken(phase, x, width)
      const inside = canHold ? texts.find(text => textWidth(text, FONT) < width - 8) : undefined
      const isInside = inside !== undefined
      const placed: Placed | undefined = inside
        ? { text: inside, x: x + width / 2, anchor: 'middle' }
        : (firstOf(texts, text => labels.after(x + width + 5, text)) ??
          firstOf(texts, text => labels.before(x - 5, text)))
      const hatch =
        phase.state === 'done' && phase.kind !== 'supply-off'
          ? undefined
          : markup`<rect fill="url(#${id}-hatch)" x="${x}" y="${y + BAR_TOP}" width="${width}" height="${BAR}"/>`
      const shape = this.#shape(phase, x, width, y + BAR_TOP)
      return markup`<g><title>${name}${times}${ends}: ${clockTime(phase.from)} to ${clockTime(phase.to)}, ${length}</title>
${shape}${hatch}
${placed && label_(placed, y + BAR_TOP + 13, isInside ? `on-bar${hatch ? ' on-hatch' : ''}` : 'beside')}</g>`
    })
  }

  /** Phases of a kind that follow each other too closely to be told apart become one. */
  #crowded(phases: readonly Phase[]): FoldedPhase[] {
    const crowds: FoldedPhase[] = []
    for (const phase of phases) {
      const { kind, state, from, to } = phase
      const i = crowds.findLastIndex(crowd => crowd.kind === kind)
      const last = crowds[i]
      const isClose = last?.state === state && this.#x(from) - this.#x(last.to) < 2
      if (last && isClose && this.#x(to) - this.#x(from) < 2) {
        crowds[i] = { ...last, to, times: last.times + 1, spent: last.spent + to - from }
      } else crowds.push({ ...phase, times: 1, spent: to - from })
    }
    return crowds
  }

  /** The bar of a phase: thin where its box only waits, thin between the wakes of a device that sleeps. */
  #shape({ kind, state, lane }: Phase, x: number, width: number, y: number): Markup {
    const className = `bar ${kind} ${width < 8 ? '' : state}`
    const middle = y + (BAR - THIN) / 2
    if (WAITING.has(kind)) {
      return markup`<rect class="${className}" x="${x}" y="${middle}" width="${width}" height="${THIN}"/>`
    }
    const sleeps = kind === 'download' ? this.#sleepsIn(lane, x, width) : []
    if (sleeps.length === 0) {
      return markup`<rect class="${className}" x="${x}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`
    }
    let path = ''
    let from = x
    for (const [start, end] of [...sleeps, [x + width, x + width] as const]) {
      const awake = Math.max(1, start - from)
      path += `M${from.toFixed(1)} ${y}h${awake.toFixed(1)}v${BAR}h${(-awake).toFixed(1)}z`
      from = end
    }
    return markup`<rect class="bar ${kind}" x="${x}" y="${middle}" width="${width}" height="${THIN}"/><path class="bar ${kind}" d="${path}"/>`
  }

  #isBroken({ kind, lane }: Phase, x: number, width: number): boolean {
    return kind === 'download' && this.#sleepsIn(lane, x, width).length > 0
  }

  /** The sleeps that can be seen within a bar, as its left and right edges. */
  #sleepsIn(lane: string, x: number, width: number): (readonly [number, number])[] {
    const edges: (readonly [number, number])[] = []
    for (const { from, to } of this.#d.sleeps.get(lane) ?? []) {
      const start = Math.max(x, this.#x(from))
      const end = Math.min(x + width, this.#x(to))
      if (end - start >= 1) edges.push([start, end])
    }
    return edges
  }

  #marks(lane: string, y: number): Markup[] {
    const { from, to } = this.#d
    const marks = this.#d.marks.filter(
      ({ lane: where, label, t }) => where === lane && label !== '' && t >= from && t <= to,
    )
    const clusters = joinStreaks(this.#clusters(marks))
    const above = new LabelRow(this.#left - 6, this.#d.width, FONT)
    const beside = new LabelRow(this.#left - 6, this.#d.width, FONT)
    for (const { x } of clusters) beside.take(x - 7, x + 7)
    const byRank = [...clusters].sort((a, b) => rank(b.chief) - rank(a.chief))
    const names = new Map<Cluster, Markup>()
    for (const cluster of byRank) {
      const { x } = cluster
      const above_ = firstOf(cluster.texts, text => above.around(x, text))
      const beside_ = above_ ? undefined : firstOf(cluster.texts, text => beside.after(x + 9, text))
      const placed = above_ ?? beside_
      if (placed) names.set(cluster, label_(placed, y + (above_ ? 16 : GLYPH + 4), 'mark-name'))
    }
    return clusters.map(cluster => {
      const title = cluster.marks
        .slice(0, 20)
        .map(mark => `${exactClockTime(mark.t)}  ${textOfMark(mark)}`)
        .join('\n')
      return markup`<g><title>${title}</title>${this.#glyphs(cluster, y + GLYPH)}${names.get(cluster)}</g>`
    })
  }

  /** The most important mark on top; beneath it those that can still be seen. */
  #glyphs({ marks, chief }: Cluster, y: number): Markup[] {
    const drawn = [chief]
    for (const mark of marks) {
      const x = this.#x(mark.t)
      if (drawn.every(({ t }) => Math.abs(this.#x(t) - x) >= 6)) drawn.push(mark)
    }
    return drawn.reverse().map(({ kind, t }) => glyph(kind, this.#x(t), y))
  }

  /** Marks that lie on each other share a label; the most important of them leads. */
  #clusters(marks: readonly Mark[]): Cluster[] {
    const groups: Mark[][] = []
    for (const mark of marks) {
      const last = groups.at(-1)
      if (last && this.#x(mark.t) - this.#x(last[0]!.t) < 13) last.push(mark)
      else groups.push([mark])
    }
    return groups.map(group => {
      const chief = group.reduce((a, b) => (rank(b) > rank(a) ? b : a))
      const ranked = [...group].sort((a, b) => rank(b) - rank(a))
      const all = [...new Set(ranked.map(({ label }) => label))]
      // 'AD1 suppressed' says all that 'AD1' does.
      const labels = all.filter(a => !all.some(b => b !== a && b.startsWith(a)))
      const inOrder = [...new Set(group.map(({ label }) => label))].filter(a => labels.includes(a))
      const texts = [
        inOrder.join(', '),
        labels.slice(0, 2).join(', ') + more(labels.length - 2),
        labels[0]! + more(labels.length - 1),
      ]
      return {
        x: this.#x(chief.t),
        chief,
        marks: group,
        name: texts[0]!,
        times: group.length,
        texts,
      }
    })
  }

  #visible<T extends Span>(spans: readonly T[]): T[] {
    return spans.filter(({ from, to }) => to >= this.#d.from && from <= this.#d.to)
  }

  /** Left edge and width, cut to the drawing and never invisible. */
  #extent({ from, to }: Span): [number, number] {
    const x = this.#x(Math.max(from, this.#d.from))
    const width = Math.max(2.5, this.#x(Math.min(to, this.#d.to)) - x)
    return [Math.min(x, this.#right - 2.5), width]
  }
}

interface Cluster {
  readonly x: number
  readonly chief: Mark
  readonly marks: readonly Mark[]
  /** The fullest label. */
  readonly name: string
  /** Marks that the label speaks for. */
  readonly times: number
  /** Labels to try, longest first. */
  readonly texts: readonly string[]
}

/** Clusters that say the same in a row are named once, with their number. */
function joinStreaks(clusters: readonly Cluster[]): Cluster[] {
  const joined: Cluster[] = []
  let head = 0
  for (const [i, cluster] of clusters.entries()) {
    const first = joined[head]
    if (first && first.name === cluster.name) {
      joined.push({ ...cluster, texts: [] })
      const times = first.times + cluster.marks.length
      joined[head] = { ...first, times, texts: [`${first.name} ×${count(times)}`] }
    } else {
      joined.push(cluster)
      head = i
    }
  }
  return joined
}

const more = (n: number) => (n > 0 ? ` +${n}` : '')

/** Text that fits into `room` pixels, cut if need be. */
function cut(text: string, room: number): string {
  let length = text.length
  while (length > 1 && textWidth(text.slice(0, length), FONT + 1) > room + 1) length--
  return length === text.length ? text : `${text.slice(0, length - 1)}…`
}

function firstOf<T, R>(items: readonly T[], attempt: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = attempt(item)
    if (result !== undefined) return result
  }
  return undefined
}

function label_(
  { text, x, anchor }: { text: string; x: number; anchor: Anchor },
  y: number,
  className: string,
): Markup {
  return markup`<text class="${className}" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
}

/** The sign of a kind of mark; shape and filling tell them apart without colour. */
export function glyph(kind: MarkKind, x: number, y: number): Markup {
  const r = 5.5
  switch (kind) {
    case 'request':
      return markup`<path class="glyph full" d="M${x - r} ${y - r}L${x + r} ${y}L${x - r} ${y + r}Z"/>`
    case 'response':
      return markup`<path class="glyph hollow" d="M${x + r} ${y - r}L${x - r} ${y}L${x + r} ${y + r}Z"/>`
    case 'raised':
      return markup`<path class="glyph full alert" d="M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z"/>`
    case 'received':
      return markup`<path class="glyph hollow alert" d="M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z"/>`
    case 'verdict':
      return markup`<rect class="glyph full verdict" x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`
    case 'trouble':
      return markup`<path class="glyph cross" d="M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}"/>`
    case 'step':
      return markup`<path class="glyph full step" d="M${x - 4} ${y - r}h8v7l-4 4l-4 -4Z"/>`
    case 'note':
      return markup`<circle class="glyph full note" cx="${x}" cy="${y}" r="3.5"/>`
  }
}
