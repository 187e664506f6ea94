// What a box saved, loaded into another that was built alike.

import type { Archive } from '#core/state/archive'
import { Loader, Saver } from '#emulators/storage/archive'

/** @throws Error when the two walks do not see the same. */
export function carry(from: (a: Archive) => void, to: (a: Archive) => void): void {
  const saver = new Saver()
  from(saver)
  const loader = new Loader(saver.octets.slice())
  to(loader)
  if (!loader.ended) throw new Error('something saved was not loaded')
  const again = new Saver()
  to(again)
  if (Buffer.compare(saver.octets, again.octets) !== 0) {
    throw new Error('what was loaded is not what was saved')
  }
}
