// Octets at the agent's framing, parser and store under the sanitizers: the seeds, the inputs that reached something new
// in earlier searches (corpus.bin: each led by two octets of length), then a bounded search.
// HANRIG_FUZZ_SECONDS makes it longer; with HANRIG_FUZZ_KEEP=1 what it found is written to corpus.bin.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { seeds } from './seeds.ts'
import { AGENT, sanitized } from './toolchain.ts'

const CORPUS = join(AGENT, 'fuzz', 'corpus.bin')
const SECONDS = Number(process.env.HANRIG_FUZZ_SECONDS ?? 20)

t.test('no input makes it misbehave', { timeout: (SECONDS + 90) * 1000 }, async t => {
  const dir = t.testdir({})
  const program = sanitized(join(dir, 'fuzz'), 'fuzzer,address,undefined', 'fuzz/fuzz.c')
  const corpus = join(dir, 'corpus')
  mkdirSync(corpus)
  const kept = readFileSync(CORPUS)
  for (let at = 0; at < kept.length; ) {
    const length = kept.readUInt16LE(at)
    writeFileSync(join(corpus, `kept-${at}`), kept.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  for (const [name, octets] of seeds()) writeFileSync(join(corpus, name), octets)
  const run = (...args: string[]) =>
    spawnSync(program, [...args, `-artifact_prefix=${dir}/`, corpus], { encoding: 'utf8' })

  const replay = run('-runs=0')
  t.equal(replay.status, 0, replay.stderr.slice(-4000))
  t.ok(replay.stderr.includes(`files: ${readdirSync(corpus).length} `), 'all were read')
  const search = run(`-max_total_time=${SECONDS}`, '-max_len=16384', '-seed=1')
  t.equal(search.status, 0, search.stderr.slice(-4000))
  const done = /Done (\d+) runs/.exec(search.stderr)
  t.ok(Number(done?.[1]) > 100, `${done?.[1]} inputs`)
  t.comment(`${done?.[1]} inputs in ${SECONDS} s`)

  if (process.env.HANRIG_FUZZ_KEEP !== '1') return
  const cover = join(dir, 'cover')
  mkdirSync(cover)
  spawnSync(program, ['-set_cover_merge=1', cover, corpus])
  const inputs = readdirSync(cover)
    .sort()
    .map(name => readFileSync(join(cover, name)))
  const length = (input: Buffer) => Buffer.of(input.length & 0xff, input.length >> 8)
  writeFileSync(CORPUS, Buffer.concat(inputs.flatMap(input => [length(input), input])))
})
