// Runs many command lines in one process, which is twenty times faster than a process each. Reads a JSON array of
// argument arrays from stdin, writes a JSON array of { exit, stdout, stderr }.

import { readFileSync } from 'node:fs'
import { main } from '#cli/program'

const lines: string[][] = JSON.parse(readFileSync(0, 'utf8'))
const write = { out: process.stdout.write, err: process.stderr.write }
const results: { exit: number; stdout: string; stderr: string }[] = []
for (const args of lines) {
  let stdout = ''
  let stderr = ''
  process.stdout.write = (text: string | Uint8Array) => {
    stdout += text
    return true
  }
  process.stderr.write = (text: string | Uint8Array) => {
    stderr += text
    return true
  }
  const exit = await main(args)
  results.push({ exit, stdout, stderr })
}
process.stdout.write = write.out
process.stderr.write = write.err
process.stdout.write(JSON.stringify(results))
