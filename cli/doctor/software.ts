// Node, the native part of serial ports, and what is only needed for some things.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { hasSerialBug } from '#hil/serial/node-bug'
import { type Finding, fail, ok } from './finding.ts'

export function checkNode(version = process.versions.node): Finding {
  return hasSerialBug(version)
    ? fail(
        'node',
        `Node ${version} delivers the data of serial devices late or never (node-serialport#3148)`,
        'use Node 22.18 to 26.3: npx -p node@24 -p hanrig hanrig …; tcp:// and virtual: ports work',
      )
    : ok('node', `Node ${version}`)
}

export async function checkBinding(): Promise<Finding> {
  try {
    const { autoDetect } = await import('@serialport/bindings-cpp')
    autoDetect()
    return ok('serial ports', 'the native part of @serialport/bindings-cpp loads')
  } catch (error) {
    return fail(
      'serial ports',
      `@serialport/bindings-cpp does not load: ${(error as Error).message.split('\n')[0]}`,
      'install hanrig again on this machine: npm install hanrig',
    )
  }
}

/** What is loaded only when it is wanted, and for what. */
const OPTIONAL_PACKAGES = {
  rp2040js: 'virtual:pico',
  'zigbee-herdsman': 'flash --stick and han',
} as const

const OPTIONAL_PROGRAMS = {
  socat: 'stick --pty, and ttys for tests',
  ser2net: 'boards on another machine (rfc2217://)',
  sx: 'npm run test:serial (lrzsz)',
  uhubctl: 'switching the power of USB ports',
} as const

export async function checkOptional(): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, use] of Object.entries(OPTIONAL_PACKAGES)) {
    const there = await import(name).then(
      () => true,
      () => false,
    )
    findings.push(ok(name, there ? 'installed' : `not installed; only ${use} needs it`))
  }
  for (const [name, use] of Object.entries(OPTIONAL_PROGRAMS)) {
    findings.push(ok(name, onPath(name) ? 'installed' : `not installed; only for ${use}`))
  }
  return findings
}

function onPath(program: string): boolean {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return directories.some(directory => existsSync(join(directory, program)))
}
