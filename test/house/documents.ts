// What is written in documents and what the code says are the same.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { ERRORS } from '#cli/errors/errors'
import { exitOf } from '#cli/errors/exit'
import {
  DEVICE_FIELDS,
  HAN_FIELDS,
  HUB_FIELDS,
  SERVICE_FIELDS,
  WAN_FIELDS,
} from '#emulators/profile/fields'
import { PROFILES } from '#emulators/profile/profiles'
import { hanrigAll, ROOT } from '../helpers/hanrig.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const SOURCES = ['core', 'emulators', 'hil', 'cli', 'firmware-fixtures'].flatMap(room =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(room, name)),
)

t.test('every error code has a section with its exit code', async t => {
  const documented = read('docs/ERRORS.md')
  for (const [code, declaration] of Object.entries(ERRORS)) {
    const section = documented.split(`## ${code}\n`)[1]?.split('\n## ')[0] ?? ''
    t.match(section, `Exit code ${exitOf(declaration)}.`, `${code} is documented`)
  }
  t.equal(documented.split('\n## ').length - 1, Object.keys(ERRORS).length)
})

t.test('every profile value lies in its field’s range, and every field has a source', async t => {
  for (const fields of [DEVICE_FIELDS, HUB_FIELDS, SERVICE_FIELDS, WAN_FIELDS, HAN_FIELDS]) {
    for (const [name, field] of Object.entries(fields)) {
      t.ok(field.value >= field.min && field.value <= field.max, name)
      t.ok(field.source.length > 0)
    }
  }
  for (const profile of PROFILES) {
    t.ok(profile.source.length > 0)
    for (const [name, field] of Object.entries(DEVICE_FIELDS)) {
      const value = profile.values[name as keyof typeof DEVICE_FIELDS]
      t.ok(value >= field.min && value <= field.max, `${profile.name}.${name}`)
    }
  }
})

t.test('every command in the README is one that hanrig has', async t => {
  const commands = [...read('README.md').matchAll(/^(?:npx )?hanrig ((?:image )?[a-z]+)/gm)]
  t.ok(commands.length > 5)
  const names = [...new Set(commands.map(match => match[1]!))]
  const results = hanrigAll(names.map(name => [...name.split(' '), '--help']))
  for (const [i, { exit }] of results.entries()) t.equal(exit, 0, names[i]!)
})

t.test('every source file states its rule on its first line', async t => {
  for (const path of SOURCES) {
    const [first = '', second = ''] = read(path).split('\n')
    t.match(first.startsWith('#!') ? second : first, /^\/\/ \S/, path)
  }
})

t.test('nothing names a registry host or a path of the machine it was made on', async t => {
  t.notMatch(read('package-lock.json'), /"resolved"|https?:\/\/registry/)
  for (const path of [...SOURCES, 'README.md', 'package.json', '.ci/run']) {
    t.notMatch(read(path), /\/work\/|\/root\//, path)
  }
})

t.test('files that documents name, and files that they link to, are there', async t => {
  const floors = ['core', 'emulators', 'hil', 'cli'].map(floor => `${floor}/README.md`)
  const pages = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'))
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...floors,
    ...pages.map(name => `docs/${name}`),
  ]
  const NAMED = /`((?:core|emulators|hil|cli|test|bench|examples)\/[\w./-]+\.(?:ts|mjs))`/g
  const LINKED = /\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g
  for (const document of documents) {
    const text = read(document)
    for (const [, path] of text.matchAll(NAMED))
      t.ok(existsSync(join(ROOT, path!)), `${document}: ${path}`)
    for (const [, path] of text.matchAll(LINKED)) {
      t.ok(existsSync(join(ROOT, dirname(document), path!)), `${document}: ${path}`)
    }
  }
})
