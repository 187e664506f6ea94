// A real browser for the pages that hanrig makes: Debian's Chromium without a window, driven by playwright-core. Whatever
// a page asks for besides itself is refused and told.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** Nothing of its own that would go to the network. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
]

export function openBrowser(): Promise<Browser> {
  const places = (process.env.PATH ?? '').split(delimiter)
  const executablePath = NAMES.flatMap(name => places.map(place => join(place, name))).find(path =>
    existsSync(path),
  )
  if (!executablePath) throw new Error('no Chromium on the PATH: apt-get install chromium')
  return chromium.launch({ executablePath, args: QUIET })
}

export interface Look {
  readonly width: number
  readonly colours: 'light' | 'dark'
}

export interface Opened {
  readonly page: Page
  /** Errors of the page and on its console. */
  readonly errors: readonly string[]
  /** What it asked for besides itself. */
  readonly requests: readonly string[]
}

export async function openPage(browser: Browser, file: string, look: Look): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.colours,
  })
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  const own = pathToFileURL(file).href
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  await context.route('**/*', route => {
    const url = route.request().url()
    if (url === own) return route.continue()
    requests.push(url)
    return route.abort()
  })
  await page.goto(own)
  return { page, errors, requests }
}

/** What is wrong with what the page shows: sentences, none for a sound one. */
export function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate(LOOK)
}

/**
 * Runs in the page, so it is text: every drawing has marks, all of them inside it; no text lies on another or leaves its
 * drawing; letters can be read; nothing makes the page itself scroll sideways.
 */
const LOOK = `(() => {
  const faults = []
  const say = (...words) => faults.push(words.join(' '))
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll('body *')].find(
      e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.scroll,svg'),
    )
    say('the page is wider than its window:', wide ? wide.tagName + '.' + wide.className : '?')
  }
  const drawings = [...document.querySelectorAll('svg.drawing')].filter(d => d.getClientRects().length > 0)
  if (drawings.length === 0) say('no drawing is shown')
  for (const drawing of drawings) {
    const name = drawing.getAttribute('aria-labelledby')?.split(' ')[0] ?? drawing.className.baseVal
    const title = drawing.querySelector('title')?.textContent
    if (!title) say(name, 'has no title')
    if (drawing.getAttribute('role') !== 'img') say(name, 'is no image to a screen reader')
    const frame = drawing.getBoundingClientRect()
    const inside = box =>
      box.left >= frame.left - 2 && box.right <= frame.right + 2 &&
      box.top >= frame.top - 2 && box.bottom <= frame.bottom + 2
    let marks = 0
    for (const mark of drawing.querySelectorAll('rect,path,circle,line,polyline,polygon')) {
      if (mark.closest('defs,pattern')) continue
      const box = mark.getBoundingClientRect()
      if (!inside(box)) say(name, 'has a mark outside:', mark.outerHTML.slice(0, 120))
      const isFrame = mark.matches('.grid,.axis,.lane,.limit,.capacity')
      if (!isFrame && (box.width > 0.3 || box.height > 0.3)) marks++
    }
    if (marks === 0) say(name, 'shows nothing')
    const texts = [...drawing.querySelectorAll('text')]
      .filter(text => text.textContent.trim() !== '')
      .map(text => ({ text: text.textContent, box: text.getBoundingClientRect() }))
    for (const { text, box } of texts) {
      if (!inside(box)) say(name, 'cuts off', JSON.stringify(text))
      if (box.height < 9) say(name, 'has letters of', box.height.toFixed(1), 'px:', JSON.stringify(text))
    }
    for (const [i, a] of texts.entries()) {
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
        // Boxes of lines of text are higher than their letters.
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
        if (across > 1 && down > 4) say(name, 'writes', JSON.stringify(a.text), 'over', JSON.stringify(b.text))
      }
    }
  }
  for (const cell of document.querySelectorAll('.tiles dd,.tiles dt,h1,h2,h3,.banner')) {
    if (cell.scrollWidth > cell.clientWidth + 1) say('cut off:', JSON.stringify(cell.textContent))
  }
  return faults
})()`
