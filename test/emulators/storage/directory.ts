// Directories are made with those above them, and what cannot be made is refused and never waited for.

import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeDirectories } from '#emulators/storage/directory'
import { reasonOf } from '#emulators/storage/reason'

t.test('it makes what is missing and leaves what is there', async t => {
  const dir = t.testdir({ file: '' })
  const deep = join(dir, 'a', 'b', 'c')
  t.equal(makeDirectories(deep, 0o700), true)
  t.equal(statSync(deep).mode & 0o777, 0o700)
  t.equal(makeDirectories(deep), false)
  t.equal(statSync(deep).mode & 0o777, 0o700)
  t.equal(makeDirectories('.'), false)
  t.equal(makeDirectories('/'), false)
  symlinkSync(deep, join(dir, 'link'))
  t.equal(makeDirectories(join(dir, 'link')), false)
  mkdirSync(join(dir, 'x'))
  t.equal(makeDirectories(join(dir, 'x', '..', 'y', '')), true)
})

t.test('what cannot be made', async t => {
  const dir = t.testdir({ file: '' })
  symlinkSync('nowhere', join(dir, 'dangling'))
  const bad: [string, string][] = [
    [join(dir, 'file'), 'EEXIST'],
    [join(dir, 'file', 'x'), 'ENOTDIR'],
    [join(dir, 'dangling'), 'EEXIST'],
    [join(dir, 'x'.repeat(256)), 'ENAMETOOLONG'],
    ['', 'ENOENT'],
    ...(process.platform === 'linux' ? [['/proc/x/y', 'ENOENT'] as [string, string]] : []),
  ]
  for (const [path, code] of bad) t.throws(() => makeDirectories(path), { code }, path)
})

t.test('a reason names no path', async t => {
  const path = join(t.testdir({ file: '' }), 'file', 'x')
  try {
    writeFileSync(path, '')
    t.fail('it was written')
  } catch (error) {
    t.equal(reasonOf(error), 'not a directory (ENOTDIR)')
  }
  t.equal(reasonOf(new Error('it went wrong.')), 'it went wrong')
})
