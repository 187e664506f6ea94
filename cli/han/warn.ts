// A stick that lost its network, or another one, is said: its devices may not be there any more.

import type { Host } from '#hil/host/host'
import { note, style } from '../output/output.ts'

export function warnUnlessResumed({ start }: Host): void {
  if (start === 'resumed') return
  const what =
    start === 'restored'
      ? 'the stick did not run this network; it was restored from the backup'
      : 'the stick did not run this network and there is no backup: it was formed again, devices have to join again'
  note(what, `${style('yellow', 'note')}: `)
}
