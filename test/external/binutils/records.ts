// objcopy as the oracle of Intel HEX and S-record files: whatever it reads, hanrig reads as the same octets, or refuses with
// a code because the file can mean two things; what it writes is read back.
// What objcopy reads and hanrig refuses: whatever comes after the first end record, which objcopy does not look at; areas so
// far apart that one has to be picked; two records that write different octets to one address; an S5 or S6 record that
// counts other records than there are, and the checksums of records without data, which objcopy does not check; no end.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { openImage } from '#core/image/open'
import { seeded } from '../../helpers/octets.ts'

const dir = t.testdir({})
const REFUSED =
  /^HANRIG_(ADDRESS_(SPAN|OVERLAP)|IMAGE_EMPTY|(HEX|SREC)_(BAD_(RECORD|CHECKSUM|COUNT)|NO_END))$/
type Target = 'ihex' | 'srec'

function convert(
  from: string,
  to: string,
  octets: Uint8Array,
  ...more: string[]
): Buffer | undefined {
  const source = join(dir, 'in')
  const made = join(dir, 'out')
  writeFileSync(source, octets)
  rmSync(made, { force: true })
  try {
    execFileSync('objcopy', ['-I', from, '-O', to, '--gap-fill', '0xff', ...more, source, made], {
      stdio: 'pipe',
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    return undefined
  }
  return existsSync(made) ? readFileSync(made) : Buffer.alloc(0)
}

/** The octets that hanrig carries, or the code of its refusal. */
function opened(file: Uint8Array): Uint8Array | string {
  try {
    return openImage(new Bytes(file)).octets.u8
  } catch (error) {
    if (error instanceof HanrigError) return error.code
    throw error
  }
}

t.test('what objcopy writes is read back', async t => {
  for (const target of ['ihex', 'srec'] as const) {
    for (const size of [1, 15, 16, 17, 1_000, 70_000]) {
      for (const base of ['0x0', '0xfff0', '0x08000000']) {
        const binary = seeded(size, size)
        const text = convert('binary', target, binary, '--change-addresses', base)!
        const octets = opened(text)
        t.ok(
          octets instanceof Uint8Array && Buffer.compare(octets, binary) === 0,
          `${target} ${size} ${base}`,
        )
      }
    }
  }
})

/** What people and tools do to such files. */
const HABITS: readonly [name: string, change: (text: string) => string, objcopyReads: boolean][] = [
  ['CR LF', text => text.replace(/\r?\n/g, '\r\n'), true],
  ['two ends', text => text.replace(/(.*)\s*$/, '$1\n$1\n'), true],
  ['blank lines', text => text.replace(/\n/g, '\n\n'), true],
  ['a byte order mark', text => `\xef\xbb\xbf${text}`, false],
  ['blanks before records', text => text.replace(/^/gm, '  ').trimEnd(), false],
  ['a comment line', text => `; made\n${text}`, false],
  ['text after records', text => text.replace(/\r?\n/g, ' ; text\n'), false],
]

t.test('habits are read as objcopy reads them, or as it reads the file without them', async t => {
  const binary = seeded(300, 3)
  for (const target of ['ihex', 'srec'] as const) {
    const text = convert('binary', target, binary)!.toString('latin1')
    for (const [name, change, reads] of HABITS) {
      const file = Buffer.from(change(text), 'latin1')
      const octets = opened(file)
      t.ok(
        octets instanceof Uint8Array && Buffer.compare(octets, binary) === 0,
        `${target}, ${name}`,
      )
      const theirs = convert(target, 'binary', file)
      t.equal(theirs !== undefined, reads, `objcopy, ${target}, ${name}`)
      if (theirs) t.equal(Buffer.compare(theirs, binary), 0)
    }
  }
  const symbols = `$$ module\n  main $8000\n$$ \n${convert('binary', 'srec', binary)!}`
  const octets = opened(Buffer.from(symbols, 'latin1'))
  t.ok(octets instanceof Uint8Array && Buffer.compare(octets, binary) === 0, 'symbols')
  t.equal(
    Buffer.compare(convert('symbolsrec', 'binary', Buffer.from(symbols, 'latin1'))!, binary),
    0,
  )
})

/** A file with one octet changed, put in or taken out. */
const changed = (target: Target) => {
  const text = convert('binary', target, seeded(100, 7))!
  return fc
    .record({
      how: fc.constantFrom('set', 'put', 'cut'),
      at: fc.nat(text.length - 1),
      value: fc.constantFrom(...'0179AFaf:sS;# \t\n\rx'),
    })
    .map(({ how, at, value }) => {
      const octet = Buffer.from(value, 'latin1')
      if (how === 'set') return Buffer.concat([text.subarray(0, at), octet, text.subarray(at + 1)])
      if (how === 'put') return Buffer.concat([text.subarray(0, at), octet, text.subarray(at)])
      return Buffer.concat([text.subarray(0, at), text.subarray(at + 1)])
    })
}

t.test('of a damaged file hanrig makes what objcopy makes of it, or refuses it', async t => {
  for (const target of ['ihex', 'srec'] as const) {
    let same = 0
    const surprising: string[] = []
    fc.assert(
      fc.property(changed(target), file => {
        const theirs = convert(target, 'binary', file)
        const mine = opened(file)
        if (!theirs) return true
        if (typeof mine === 'string') {
          if (!REFUSED.test(mine) && !mine.endsWith('_TO_TAKE_APART')) surprising.push(mine)
          return true
        }
        if (Buffer.compare(mine, theirs) === 0) same++
        return Buffer.compare(mine, theirs) === 0
      }),
      { numRuns: 400 },
    )
    t.ok(same > 0, `${target}: ${same} the same`)
    t.same([...new Set(surprising)], [], 'refused for no other reason than is written above')
  }
})
