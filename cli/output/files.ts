// Files that are read: what is wrong with a path is named.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { blocking } from './interrupt.ts'

/** No format of a 16 MiB image is larger: S-records take 2.8 characters an octet at their usual line length. */
const MAX_FILE = 256 * 1024 * 1024

/**
 * Reads a whole file.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_UNREADABLE or IMAGE_TOO_LARGE.
 */
export function readWhole(path: string): Bytes {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  return isFile ? readNow(path) : blocking(() => readNow(path))
}

function readNow(path: string): Bytes {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw unreadable(path, error)
  }
  try {
    const stat = fstatSync(fd)
    if (stat.isDirectory()) {
      throw hanrigError('HANRIG_FILE_IS_DIRECTORY', `${path} is a directory.`)
    }
    return stat.isFile() ? readKnown(fd, path, stat.size) : readPipe(fd, path)
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable(path, error)
  } finally {
    closeSync(fd)
  }
}

function readKnown(fd: number, path: string, size: number): Bytes {
  if (size > MAX_FILE) throw tooLarge(path)
  const octets = new Uint8Array(size)
  let at = 0
  while (at < size) {
    const got = readSync(fd, octets, at, size - at, at)
    if (got === 0) break
    at += got
  }
  return new Bytes(octets.subarray(0, at))
}

/** A pipe or device tells no size: read until it ends or is too long to be an image. */
function readPipe(fd: number, path: string): Bytes {
  const pieces: Uint8Array[] = []
  let total = 0
  for (;;) {
    const piece = new Uint8Array(1024 * 1024)
    const got = readSync(fd, piece)
    if (got === 0) return new Bytes(new Uint8Array(Buffer.concat(pieces, total)))
    total += got
    if (total > MAX_FILE) throw tooLarge(path)
    pieces.push(piece.subarray(0, got))
  }
}

function tooLarge(path: string): HanrigError {
  return hanrigError('HANRIG_IMAGE_TOO_LARGE', `${path} is longer than any image's file.`)
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
