// `hanrig han form`: makes a network, keeps it in a directory, and has the stick run it.

import { fromIeee } from '#core/eui64/text'
import { hexWord } from '../output/format.ts'
import { print, printJson } from '../output/output.ts'
import type { FormCommand } from './command.ts'
import { withHost } from './options.ts'

export async function form(options: FormCommand): Promise<void> {
  await withHost(options, { form: options.channel }, async host => {
    const { panID, channel, extendedPanID } = await host.controller.getNetworkParameters()
    const [coordinator] = host.controller.getDevicesByType('Coordinator')
    const facts = {
      start: host.start,
      panId: hexWord(panID, 4),
      extendedPanId: extendedPanID,
      channel,
      coordinator: fromIeee(coordinator!.ieeeAddr),
      data: options.data,
    }
    if (options.json) printJson({ name: 'network', ...facts })
    else {
      print(
        `network ${facts.panId} ${host.start} on channel ${channel}, coordinator ${facts.coordinator}\n` +
          `kept in ${options.data}; its key is in network.json, for you only\n`,
      )
    }
  })
}
