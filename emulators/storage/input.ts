// The one reader of files that somebody named. It says by name what is wrong with a path, waits for nobody, and takes no
// more than the caller has use for: a pipe that nobody writes to, a device without an end and a huge file are refused.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'

/** What was open before hanrig began, such as a shell's <(…): its other end is there, so waiting for it is right. */
const OPEN_ALREADY = /^\/(?:dev|proc\/self)\/(?:stdin|fd\/(\d{1,6}))$/
/** Windows knows no such thing, and no pipe among files. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0
const PIECE = 1024 * 1024
const STDIN = 0
/** How often it is looked whether somebody wrote to stdin, ms. */
const LOOK_EVERY = 5
/** Nobody ever changes it. */
const NEVER = new Int32Array(new SharedArrayBuffer(4))

export interface Bound {
  /** Octets that are read at most. */
  readonly most: number
  readonly code: 'HANRIG_IMAGE_TOO_LARGE' | 'HANRIG_FILE_TOO_LARGE'
}

/**
 * Reads a whole file.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_IS_PIPE, FILE_UNREADABLE, or the code of the bound.
 */
export function readInput(path: string, bound: Bound): Uint8Array {
  const open = OPEN_ALREADY.exec(path)
  let fd: number | undefined
  try {
    if (open) return readAny(Number(open[1] ?? 0), path, bound)
    fd = openSync(path, constants.O_RDONLY | WITHOUT_WAITING)
    if (fstatSync(fd).isFIFO()) {
      throw hanrigError('HANRIG_FILE_IS_PIPE', `${path} is a named pipe.`)
    }
    return readAny(fd, path, bound)
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable(path, error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function readAny(fd: number, path: string, bound: Bound): Uint8Array {
  const stat = fstatSync(fd)
  if (stat.isDirectory()) {
    throw hanrigError('HANRIG_FILE_IS_DIRECTORY', `${path} is a directory.`)
  }
  return stat.isFile() ? readKnown(fd, path, stat.size, bound) : readOpen(fd, path, bound)
}

/** Reads what is open and tells no size, such as stdin, until it ends. @throws HanrigError the code of the bound. */
export function readOpen(fd: number, name: string, bound: Bound): Uint8Array {
  const pieces: Uint8Array[] = []
  let total = 0
  for (;;) {
    const piece = new Uint8Array(PIECE)
    const got = fd === STDIN ? readStdin(piece) : readSync(fd, piece)
    if (got === 0) return new Uint8Array(Buffer.concat(pieces, total))
    total += got
    if (total > bound.most) throw tooLarge(name, bound)
    pieces.push(piece.slice(0, got))
  }
}

/** Whoever loads Node's process module has Node make a pipe on stdin one that does not wait: then this does. */
function readStdin(into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(STDIN, into)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(NEVER, 0, 0, LOOK_EVERY)
    }
  }
}

function readKnown(fd: number, path: string, size: number, bound: Bound): Uint8Array {
  if (size > bound.most) throw tooLarge(path, bound)
  const octets = new Uint8Array(size)
  let at = 0
  while (at < size) {
    const got = readSync(fd, octets, at, size - at, at)
    if (got === 0) break
    at += got
  }
  return octets.subarray(0, at)
}

function tooLarge(path: string, { most, code }: Bound): HanrigError {
  return hanrigError(code, `${path} has more than ${most} octets, the most that are read.`)
}

/** The refusal that an error of reading `path` is. */
export function unreadable(path: string, error: unknown): HanrigError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return hanrigError('HANRIG_FILE_NOT_FOUND', `${path} does not exist.`)
  if (code === 'EISDIR') {
    return hanrigError('HANRIG_FILE_IS_DIRECTORY', `${path} is a directory.`)
  }
  return hanrigError('HANRIG_FILE_UNREADABLE', `${path}: ${message}.`)
}
