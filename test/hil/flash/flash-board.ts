// A board flashed in one call, and a port asked in one.

import t from 'tap'
import { openImage } from '#core/image/open'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { askPort } from '#hil/flash/ask-port'
import { type FlashProgress, flashBoard } from '#hil/flash/flash-board'
import { flashImage } from '#hil/flash/image'

const imageOf = (size: number) => ({
  ...flashImage(openImage(gbFixture({ size })), { name: 'a.ota' }),
  hardware: undefined,
})
const image = imageOf(20_000)

t.test('it runs, and a second time nothing is sent', async t => {
  const told: FlashProgress[] = []
  const onProgress = (progress: FlashProgress) => told.push(progress)
  const first = await flashBoard('virtual:wasm#once', image, { onProgress })
  t.match(first, { protocol: 'agent', already: false, verified: true, running: true })
  t.same(told.at(-1), { phase: 'done', done: 20_000, size: 20_000 })
  const second = await flashBoard('virtual:wasm#once', image)
  t.match(second, { already: true, versionBefore: image.fileVersion })
  const { found, board } = await askPort('virtual:wasm#once')
  t.equal(found, 'agent')
  t.equal(board?.runningVersion, image.fileVersion)
})

t.test('what stops it is thrown; of a port that is asked it is an answer', async t => {
  await t.rejects(flashBoard('virtual:none', image), { code: 'HANRIG_BOARD_PATH' })
  const older = { ...imageOf(21_000), fileVersion: image.fileVersion! - 1 }
  await t.rejects(flashBoard('virtual:wasm#once', older), { code: 'HANRIG_BOARD_DOWNGRADE' })
  const signal = AbortSignal.abort()
  await t.rejects(flashBoard('virtual:wasm#other', image, { signal }), {
    code: 'HANRIG_INTERRUPTED',
  })
  t.equal((await askPort('virtual:none')).failure?.code, 'HANRIG_BOARD_PATH')
})
