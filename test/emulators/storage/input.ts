// The one reader of files that somebody named: what is wrong with a path has a name, and nothing is waited for.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readInput, unreadable } from '#emulators/storage/input'

const BOUND = { most: 1_000_000, code: 'HANRIG_FILE_TOO_LARGE' } as const
const INPUT = fileURLToPath(new URL('../../../emulators/storage/input.ts', import.meta.url))

t.test('a file is read whole, an empty one too', async t => {
  const directory = t.testdir({ some: 'octets', none: '' })
  t.same(Buffer.from(readInput(join(directory, 'some'), BOUND)).toString(), 'octets')
  t.equal(readInput(join(directory, 'none'), BOUND).length, 0)
  symlinkSync(join(directory, 'some'), join(directory, 'link'))
  t.equal(readInput(join(directory, 'link'), BOUND).length, 6)
})

t.test('what is no file that can be read is refused by name, at once', async t => {
  const directory = t.testdir({ file: '', directory: {}, large: 'x'.repeat(1_000_001) })
  execFileSync('mkfifo', [join(directory, 'pipe')])
  symlinkSync(join(directory, 'pipe'), join(directory, 'to-pipe'))
  for (const [name, code] of [
    ['nothing', 'HANRIG_FILE_NOT_FOUND'],
    ['directory', 'HANRIG_FILE_IS_DIRECTORY'],
    ['pipe', 'HANRIG_FILE_IS_PIPE'],
    ['to-pipe', 'HANRIG_FILE_IS_PIPE'],
    ['large', 'HANRIG_FILE_TOO_LARGE'],
    ['file/under', 'HANRIG_FILE_UNREADABLE'],
  ] as const) {
    t.throws(() => readInput(join(directory, name), BOUND), { code, kind: 'unusable' }, name)
  }
  t.throws(() => readInput('/dev/zero', BOUND), { code: 'HANRIG_FILE_TOO_LARGE' }, 'no end')
  t.equal(readInput('/dev/null', BOUND).length, 0)
  const images = { ...BOUND, code: 'HANRIG_IMAGE_TOO_LARGE' } as const
  t.throws(() => readInput(join(directory, 'large'), images), { code: images.code })
})

t.test('a pipe that is open already is read to its end', async t => {
  const read = `
    import { readInput, readOpen } from ${JSON.stringify(INPUT)}
    const bound = ${JSON.stringify(BOUND)}
    const octets = process.argv[1] === '-' ? readOpen(0, 'stdin', bound) : readInput(process.argv[1], bound)
    process.stdout.write(String(octets.length))`
  for (const path of ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']) {
    const program = ['--input-type=module-typescript', '--eval', read, path]
    const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.write('x'.repeat(100_000))
    setTimeout(() => child.stdin.end('y'), 100)
    let said = ''
    child.stdout.on('data', chunk => {
      said += String(chunk)
    })
    await once(child, 'exit')
    t.equal(said, '100001', path)
  }
  const shell = ['-c', `printf abc | "$0" --input-type=module-typescript --eval "$1" /dev/stdin`]
  t.equal(execFileSync('sh', [...shell, process.execPath, read], { encoding: 'utf8' }), '3')
})

t.test('an error of the file system keeps its words', async t => {
  const error = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  t.match(unreadable('x', error), {
    code: 'HANRIG_FILE_UNREADABLE',
    message: 'x: EACCES: permission denied.',
  })
})
