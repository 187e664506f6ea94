// What became of an image for a Device, in words; the same wherever it is told.

import { ENDINGS, type Ending } from '#core/campaign/endings'
import { count } from './format.ts'

export const ENDING_NAMES: Readonly<Record<Ending, string>> = {
  open: 'on its way',
  'srv-11.1-failed': 'SRV 11.1 failed: nothing was sent to the Device',
  'srv-11.1-answered': 'SRV 11.1 answered; the Device does not have it yet',
  'srv-11.3-failed': 'SRV 11.3 failed: the Device was not reached, or did not take the image',
  discarded: 'the hub has discarded it: the Device was not reached, or did not take the image',
  delivered: 'the Device holds it',
  'activation-failed': 'the activation failed, and the old version goes on',
  activated: 'it runs',
}

const SHORT: Partial<Record<Ending, string>> = {
  'srv-11.1-failed': 'SRV 11.1 failed',
  'srv-11.3-failed': 'SRV 11.3 failed, the device away',
  discarded: 'discarded by the hub, the device away',
  'activation-failed': 'activations failed',
}

/** Whether it will come to nothing. */
export function isFailure(ending: Ending): boolean {
  return SHORT[ending] !== undefined
}

/** What did not end well: '553 SRV 11.3 failed, the device away; 678 activations failed'. */
export function endingsText(endings: Readonly<Record<Ending, number>>): string {
  const said = ENDINGS.flatMap(ending => {
    const words = SHORT[ending]
    return words === undefined || endings[ending] === 0
      ? []
      : [`${count(endings[ending])} ${words}`]
  })
  return said.length === 0 ? 'none' : said.join('; ')
}
