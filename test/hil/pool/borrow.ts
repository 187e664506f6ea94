// Boards of a pool are somebody's for as long as the work lasts, and nobody's after it, however it ends.

import { join } from 'node:path'
import t from 'tap'
import { borrowBoards } from '#hil/pool/borrow'

t.test('taken, kept from others, and given back', async t => {
  const dir = t.testdir({
    'pool.yaml':
      'leases: leases\nboards:\n  one: { port: "virtual:wasm#one", tags: [esme] }\n  two: { port: "virtual:wasm#two" }\n',
  })
  const options = { pool: join(dir, 'pool.yaml'), what: 'a test' }
  const wants = [{ name: 'two' }, { tags: ['esme'] }]
  const ports = await borrowBoards(wants, options, async boards => {
    const again = borrowBoards([{ name: 'one' }], options, async () => 'got it')
    await t.rejects(again, { code: 'HANRIG_BOARD_LEASED' })
    return boards.map(({ port }) => port)
  })
  t.same(ports, ['virtual:wasm#two', 'virtual:wasm#one'])
  const fails = borrowBoards(wants, options, async () => {
    throw new Error('the work failed')
  })
  await t.rejects(fails, { message: 'the work failed' })
  t.equal(await borrowBoards([{ name: 'one' }], options, async () => 'got it'), 'got it')
})
