// The ready scenarios as files: editors find their schema, and each says what it is.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { readScenario } from '#emulators/scenario/read/read'

const READY = new URL('../../../scenarios/', import.meta.url)
const SCHEMA = fileURLToPath(new URL('../../../docs/scenario.schema.json', import.meta.url))
const COMMENT = /^# yaml-language-server: \$schema=(\S+)\n/

const files = readdirSync(READY).filter(name => name.endsWith('.yaml'))
const textOf = (file: string) => readFileSync(new URL(file, READY), 'utf8')

test('every file is a scenario', async t => {
  t.ok(files.length > 10, `${files.length} files`)
  t.strictSame(readdirSync(READY), files, 'and no other file is among them')
  for (const file of files) {
    t.match(file, /^[a-z0-9]+(-[a-z0-9]+)*\.yaml$/)
    t.doesNotThrow(() => readScenario(textOf(file), file), file)
  }
})

test('the first line of every file leads to the published schema', async t => {
  for (const file of files) {
    const given = COMMENT.exec(textOf(file))?.[1]
    t.ok(given, file)
    t.equal(fileURLToPath(new URL(given ?? '', new URL(file, READY))), SCHEMA, file)
  }
})

test('every file has a name of its own, says what it shows, and expects something', async t => {
  const names = new Set<string>()
  for (const file of files) {
    const { name, description, expect } = readScenario(textOf(file), file)
    names.add(name)
    t.match(description.trim(), /^[A-Z0-9][\s\S]{30,}[.!?]$/, file)
    t.ok(expect.length > 0, file)
  }
  t.equal(names.size, files.length)
})
