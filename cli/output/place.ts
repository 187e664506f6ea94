// Where the name of an output leads: to a file that is to be replaced, or to something that takes octets as they come. Links
// are followed one by one, for the last may lead to what is not there yet, or to a descriptor that has no path.

import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { hanrigError } from '../errors/errors.ts'
import { unwritable } from './unwritable.ts'

export type Place =
  /** `stat` of the file that is there; undefined when there is none. */
  | { readonly kind: 'file'; readonly path: string; readonly stat: Stats | undefined }
  /** A FIFO or a device. */
  | { readonly kind: 'stream'; readonly path: string }
  | { readonly kind: 'socket'; readonly path: string }
  /** One that this process was given open; 1 is stdout, which - names too. */
  | { readonly kind: 'descriptor'; readonly fd: number }

/** The name that means stdout. */
export const STDOUT = '-'
/** As many links as Linux follows. */
const MOST_LINKS = 40

/** @throws HanrigError FILE_UNWRITABLE or FILE_IS_DIRECTORY. */
export function placeOf(name: string): Place {
  if (name === STDOUT) return { kind: 'descriptor', fd: 1 }
  if (name === '') throw hanrigError('HANRIG_FILE_UNWRITABLE', 'The name of a file is empty.')
  try {
    return follow(name, name, MOST_LINKS)
  } catch (error) {
    throw unwritable(name, error)
  }
}

function follow(name: string, path: string, links: number): Place {
  if (links === 0) {
    throw hanrigError('HANRIG_FILE_UNWRITABLE', `${name}: its links lead round in a circle.`)
  }
  const fd = descriptorOf(path)
  if (fd !== undefined) return { kind: 'descriptor', fd }
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat?.isSymbolicLink()) {
    // A name after '..' is beside what the directory really is, whatever links it was come to by.
    return follow(name, resolve(realpathSync(dirname(path)), readlinkSync(path)), links - 1)
  }
  if (stat?.isDirectory() || /[/\\]$/.test(path)) {
    throw hanrigError('HANRIG_FILE_IS_DIRECTORY', `${name} is a directory.`)
  }
  if (!stat || stat.isFile()) return { kind: 'file', path, stat }
  return { kind: stat.isSocket() ? 'socket' : 'stream', path }
}

const NAMED = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
])

/** The descriptor of this process that a path names. */
function descriptorOf(path: string): number | undefined {
  const whole = resolve(path)
  const known = NAMED.get(whole)
  if (known !== undefined || !/^\d+$/.test(basename(whole))) return known
  try {
    const directory = realpathSync(dirname(whole))
    const isOwn = directory === '/dev/fd' || directory === join('/proc', String(process.pid), 'fd')
    return isOwn ? Number(basename(whole)) : undefined
  } catch {
    return undefined
  }
}

/** Whether an output goes to stdout, whichever name it has. @throws HanrigError as placeOf does. */
export function isStdout(name: string | undefined): boolean {
  if (name === undefined) return false
  const place = placeOf(name)
  return place.kind === 'descriptor' && place.fd === 1
}
