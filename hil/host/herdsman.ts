// zigbee-herdsman, which knows how to drive real ZigBee sticks, is an optional peer: it is loaded here, when a command
// first needs a stick, and nowhere else. Its logs go where hanrig's go, without any network key.

import { readFileSync } from 'node:fs'
import type * as Module from 'zigbee-herdsman'
import { hanrigError } from '../errors/errors.ts'

const NAME = 'zigbee-herdsman'

export type Controller = InstanceType<typeof Module.Controller>
export type ControllerOptions = ConstructorParameters<typeof Module.Controller>[0]
export type Device = Module.Models.Device
export type Endpoint = Device['endpoints'][number]

export type Level = 'debug' | 'info' | 'warning' | 'error'
export type Log = (level: Level, message: string) => void

export interface Herdsman {
  readonly module: typeof Module
  readonly version: string
}

/**
 * Loads zigbee-herdsman, any version from 10.9.5 to 11.
 * @throws HanrigError HERDSMAN_MISSING.
 */
export async function loadHerdsman(log: Log): Promise<Herdsman> {
  const module = await import(NAME).catch(error => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes(NAME)) throw error
    throw hanrigError(
      'HANRIG_HERDSMAN_MISSING',
      `The package ${NAME}, which drives ZigBee sticks, is not installed.`,
    )
  })
  module.setLogger(quietLogger(log))
  // Its entry is dist/index.js; package.json is asked for beside what was loaded, not looked up once more.
  const about = new URL('../package.json', import.meta.resolve(NAME))
  return { module, version: JSON.parse(readFileSync(about, 'utf8')).version }
}

function quietLogger(log: Log): Parameters<typeof Module.setLogger>[0] {
  const at = (level: Level) => (message: string | (() => string), namespace: string) =>
    log(level, `${namespace}: ${withoutKeys(typeof message === 'string' ? message : message())}`)
  return {
    // What zigbee-herdsman calls debug is every frame on the wire, the network key among them: nobody gets it.
    debug: () => {},
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
  }
}

/** Text with every run of hex digits or octet values that is as long as a network key, or longer, taken out. */
export function withoutKeys(text: string): string {
  return text
    .replaceAll(/\b(?:[0-9a-f]{2}[ ,:]?){15,}[0-9a-f]{2}\b/gi, '[key]')
    .replaceAll(/\b(?:\d{1,3}, ?){15,}\d{1,3}\b/g, '[key]')
}
