// Which port is meant when none is named: the only one of USB, or none. A wrong guess erases somebody's board, and what
// is built in, ttyS0, may be a console.

import type { HanrigError } from '#core/errors/errors'
import { type ListedPort, listPorts } from '#hil/serial/list'
import { hanrigError } from '../errors/errors.ts'
import { note } from '../output/output.ts'

/**
 * The ports to use.
 * @throws HanrigError PORT_CHOICE when none is named and there is not exactly one, or one is named twice.
 */
export async function choosePorts(
  named: readonly string[] | undefined,
  list: () => Promise<ListedPort[]> = listPorts,
): Promise<readonly string[]> {
  if (named) {
    const twice = named.find((port, i) => named.indexOf(port) !== i)
    if (twice !== undefined) throw choice(`${twice} is named twice.`)
    return named
  }
  const ports = await list()
  const [only, ...others] = ports.filter(port => port.vendorId !== undefined)
  if (only && others.length === 0) {
    note(`the only USB port here: ${described(only)}`)
    return [only.path]
  }
  throw choice(
    ports.length === 0
      ? 'No port is named, and this machine has no serial device.'
      : `No port is named, and there is not just one of USB: ${ports.map(described).join(', ')}.`,
  )
}

function described({ path, vendor, product, serialNumber }: ListedPort): string {
  const what = [vendor, product, serialNumber].filter(word => word !== undefined).join(' ')
  return what === '' ? path : `${path} (${what})`
}

function choice(sentence: string): HanrigError {
  return hanrigError('HANRIG_PORT_CHOICE', sentence)
}
