// `hanrig han join`: what happens goes to stderr while it happens, the devices that joined to stdout.

import { type JoinEvent, join } from '#hil/host/membership'
import { hexWord } from '../output/format.ts'
import type { JoinCommand } from './command.ts'
import { withHost } from './options.ts'
import { printDevices } from './show.ts'
import { warnUnlessResumed } from './warn.ts'

export async function joinDevices(options: JoinCommand): Promise<void> {
  const { seconds, device, count } = options
  const accepts = (eui64: string) => device === undefined || device === eui64
  const joined = await withHost(options, { accepts }, async (host, signal) => {
    warnUnlessResumed(host)
    return await join(host, { seconds, device, count, signal, heed: tell })
  })
  printDevices(joined, options.json === true)
}

function tell(event: JoinEvent): void {
  process.stderr.write(`${said(event)}\n`)
}

function said(event: JoinEvent): string {
  switch (event.name) {
    case 'present':
      return `${event.facts.eui64} is on the network already and answers`
    case 'open':
      return `open for ${event.seconds} s`
    case 'joined':
      return `${event.device} joined as ${hexWord(event.shortAddress, 4)}`
    case 'interviewed':
      return `${event.facts.eui64} interviewed`
    case 'interview-failed':
      return `${event.device} did not say what it is`
  }
}
