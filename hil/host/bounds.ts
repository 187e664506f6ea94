// Nothing outside is waited for without a bound: a promise of somebody else's ends in time, is interrupted, or fails.

import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'

/** The error of a run that was told to stop. */
export function interrupted(): HanrigError {
  return hanrigError('HANRIG_INTERRUPTED', 'The command was interrupted.')
}

/**
 * What `promise` gives, unless `ms` go by or `signal` says stop first; what it does after that concerns nobody.
 * @param late makes the error for the time-out.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  let stop = () => {}
  const bound = new Promise<never>((_, reject) => {
    const onAbort = () => reject(interrupted())
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort)
    const timer = setTimeout(() => reject(late()), ms)
    stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  })
  promise.catch(() => {})
  bound.catch(() => {})
  try {
    return await Promise.race([promise, bound])
  } finally {
    stop()
  }
}

/** True after `ms`, false when `signal` said stop first. */
export function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const onAbort = () => end(false)
    const timer = setTimeout(() => end(true), ms)
    const end = (whole: boolean) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(whole)
    }
    if (signal?.aborted) end(false)
    else signal?.addEventListener('abort', onAbort)
  })
}
