// Every page that hanrig makes, opened in a real browser, light, dark and narrow: what is drawn can be seen and read, and
// nothing comes from anywhere else. Needs Chromium, so it is a command of its own: npm run test:browser.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { faultsOf, type Look, openBrowser, openPage } from '../../helpers/browser.ts'
import { hanrigAll } from '../../helpers/hanrig.ts'

const WIDE: Look = { width: 1120, colours: 'light' }
const NARROW: Look = { width: 390, colours: 'light' }
const DARK: Look = { width: 1120, colours: 'dark' }
/** A browser is slow on a busy machine. */
const TIMEOUT = 300_000

/** Where screenshots go for people to look at; nowhere unless it is set. */
const SHOTS = process.env.HANRIG_SCREENSHOTS

/** Many Suppliers with long names, small and large images, years of days. */
const MANY = [
  'supplier,devices,image,from,perDay,serviceDesk',
  ...Array.from(
    { length: 40 },
    (_, i) =>
      `Supplier of electricity and gas number ${i} & partners,${200 + 37 * i},900 kB,2026-01-05,20,no`,
  ),
].join('\n')

const dir = t.testdir({ 'many.csv': MANY, 'one.csv': 'supplier,devices,image\nOne,1,900 kB\n' })
const many = join(dir, 'many.csv')
const one = join(dir, 'one.csv')
const estate = (devices: number) => [
  ...['campaign', 'simulate', '--devices', `${devices}`, '--capacity', '2000'],
]

const PAGES: readonly (readonly [name: string, page: string, args: readonly string[]])[] = [
  ['simulation', 'simulation.html', estate(60_000)],
  [
    'simulation-shared',
    'simulation.html',
    [...estate(3_000), '--shared', '100%', '--with', 'blockSize=900 B'],
  ],
  ['simulation-many', 'simulation.html', ['campaign', 'simulate', many, '--outages', '5']],
  ['simulation-one', 'simulation.html', ['campaign', 'simulate', one]],
  ['plan', 'plan.html', ['campaign', 'plan']],
  ['plan-many', 'plan.html', ['campaign', 'plan', many]],
  ['alerts', 'alerts.html', ['alerts', '--devices', '20000']],
  ['run', 'report.html', ['run']],
  ['run-fleet', 'report.html', ['run', 'ppmid-fleet']],
]

const ran = hanrigAll(PAGES.map(([name, , args]) => [...args, '--report', join(dir, name)]))
t.setTimeout(4 * TIMEOUT)
const browser = await openBrowser()
t.teardown(() => browser.close())

for (const [i, [name, page]] of PAGES.entries()) {
  t.test(name, { timeout: TIMEOUT }, async t => {
    const { exit, stderr } = ran[i]!
    t.ok(exit === 0 || exit === 5, stderr)
    // Colours move nothing, so the dark ones are looked at once for each kind of page.
    const looks = name.includes('-') ? [WIDE, NARROW] : [WIDE, NARROW, DARK]
    for (const look of looks) {
      const opened = await openPage(browser, join(dir, name, page), look)
      const said = `${look.width} px, ${look.colours}`
      t.strictSame(await faultsOf(opened.page), [], said)
      t.strictSame(opened.errors, [], 'no errors')
      t.strictSame(opened.requests, [], 'it needs nothing else')
      if (SHOTS !== undefined) {
        mkdirSync(SHOTS, { recursive: true })
        const shot = await opened.page.screenshot({ fullPage: true })
        writeFileSync(join(SHOTS, `${name}-${look.width}-${look.colours}.png`), shot)
      }
      await opened.page.context().close()
    }
  })
}

t.test('faults are seen', async t => {
  const file = join(dir, 'faulty.html')
  writeFileSync(
    file,
    `<!doctype html><title>x</title><style>body{margin:0}</style><p style="width:3000px">wide</p>
    <img src="https://example.org/x.png"><script>console.error('boo')</script>
    <svg class="drawing" width="300" height="100" viewBox="0 0 300 100" aria-labelledby="faulty">
    <line class="grid" x1="0" y1="0" x2="9" y2="9"/><rect x="290" y="0" width="50" height="5"/>
    <text x="10" y="50">one text</text><text x="20" y="52">another</text><text x="280" y="80">cut off</text></svg>
    <svg class="drawing" role="img" width="300" height="100"><title>empty</title><line class="axis" x1="0" x2="50"/></svg>`,
  )
  const opened = await openPage(browser, file, WIDE)
  const faults = (await faultsOf(opened.page)).join('\n')
  for (const fault of [
    'the page is wider',
    'faulty has no title',
    'faulty is no image to a screen reader',
    'faulty has a mark outside',
    'faulty cuts off "cut off"',
    'faulty writes "one text" over "another"',
    'shows nothing',
  ]) {
    t.match(faults, fault)
  }
  t.match(opened.errors.join(), 'boo')
  t.strictSame(opened.requests, ['https://example.org/x.png'])
})
