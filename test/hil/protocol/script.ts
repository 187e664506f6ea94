// What is typed at a prompt and waited for: in order, whole however it comes in pieces, and with an end when it does not come.

import t from 'tap'
import { ScriptTalk, textToExpect, textToSend, type Word } from '#hil/protocol/script'
import { confer, type Peer, piece } from '../../helpers/odd-peers.ts'

const send = (text: string): Word => textToSend(text)
const expect = (text: string): Word => textToExpect(text)

/** Says its lines one after another, each when something was typed. */
function console_(lines: readonly string[], typed: string[] = []): Peer {
  let next = 0
  return (octets, now) => {
    if (octets.length > 0) typed.push(Buffer.from(octets).toString('latin1'))
    const line = lines[next++]
    // A letter at a time, as a slow line brings it.
    return line === undefined ? [] : [...line].map((letter, i) => piece(now + 5 + i, letter))
  }
}

t.test('text that cannot be typed has its escapes; others are refused', async t => {
  t.same(send('a\\r\\n\\t\\e\\0\\\\\\x1bé'), {
    send: Buffer.from('a\r\n\t\x1b\0\\\x1bé'),
  })
  for (const wrong of ['', '\\q', '\\', '\\x1', '\\xg0', 'a'.repeat(4_097)]) {
    t.throws(() => send(wrong), { code: 'HANRIG_TYPED_TEXT' }, wrong.slice(0, 9))
  }
  t.throws(() => expect('('), { code: 'HANRIG_TYPED_TEXT', message: /cannot be expected/ })
})

t.test('a boot loader’s prompt: what is expected comes before what is sent', async t => {
  const typed: string[] = []
  const talk = new ScriptTalk(
    [expect('autoboot'), send(' '), expect('=> $'), send('loadx\\r'), expect('C$')],
    0,
  )
  const lines = ['U-Boot\r\nHit any key to stop autoboot: 3', '\r\n=> ', 'loadx\r\n## Ready CCCC']
  confer(talk, console_(lines, typed))
  t.equal(talk.failure, undefined)
  t.same(typed, [' ', 'loadx\r'])
})

t.test('a letter at the end of a piece is not yet the end', async t => {
  const talk = new ScriptTalk([expect('C$')], 0)
  const peer: Peer = octets =>
    octets.length > 0 ? [] : [piece(10, 'Using C'), piece(40, 'RC check\r\n'), piece(400, 'C')]
  t.equal(confer(talk, peer), 450)
  t.equal(talk.failure, undefined)
})

t.test('what came before a text was sent is no answer to it', async t => {
  const talk = new ScriptTalk([expect('login:'), send('x\\r'), expect('ok')], 0, {
    startWithin: 1_000,
    answerWithin: 1_000,
  })
  confer(talk, octets => (octets.length > 0 ? [] : [piece(1, 'login: all is ok so far')]))
  t.match(talk.failure, {
    code: 'HANRIG_EXPECTED_UNSEEN',
    message: /^\/ok\/ did not come within 1 s; it said "login: all is ok so far"\.$/,
  })
})

t.test('silence ends it in its time; what is left over is for whoever comes next', async t => {
  const silent = new ScriptTalk([expect('=>')], 0, { startWithin: 2_000, answerWithin: 1_000 })
  t.equal(
    confer(silent, () => []),
    2_000,
  )
  t.match(silent.failure?.message, /within 2 s; nothing was said/)
  const over = new ScriptTalk([expect('Ready')], 0)
  confer(over, octets => (octets.length > 0 ? [] : [piece(1, 'Ready to load\r\nC')]))
  t.equal(Buffer.from(over.rest).toString(), ' to load\r\nC')
})
