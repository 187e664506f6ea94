// Events of alerts, and of what the DSP makes of AD1.

import { z } from 'zod'
import { eui64, event, fileVersion, flag, instant, ms, text, virtualMs, whole } from './kinds.ts'

const alertCode = () =>
  z
    .enum(['AD1', '8F72', '8F1C', '8F66', '8F67', '8F1B', '8F89', '8F8A', '8F8B'])
    .describe('GBCS alert code, or AD1.')

export const ALERT_EVENTS = {
  'alert-raised': event('A box raises an alert.', {
    code: alertCode(),
    detail: whole('What the code speaks of: a transfer code or an outcome’s code.'),
    transfer: text('How a delivery ended.').optional(),
    target: eui64('Of the device that a delivery was for.').optional(),
    outage: virtualMs('AD1: how long the hub had been without supply, ms.').optional(),
  }),
  'alert-received': event('An alert arrives at its recipient.', {
    code: alertCode(),
    at: instant('When it was raised, by the clock of the box that raised it.'),
    detail: whole('What the code speaks of.'),
    version: fileVersion('File version that it speaks of.'),
    device: eui64('Of the box that raised it.'),
    about: eui64('Of the device that it is about.'),
    as: z
      .enum(['N60/N61', 'DCC Alert', 'S1SPAlert'])
      .describe(
        'How a User hears of it where the device’s own message is not for it: by a DCC Alert (N60 or N61 of an ESME or GSME, which is which is not public), or from its S1SP.',
      )
      .optional(),
  }),
  'list-replaced': event('The DSP gets another list of devices that cut the hub’s supply.', {
    devices: z.array(eui64('Of a device.')).describe('Everything on the list.'),
  }),
  'activation-recorded': event('The DSP records the activation of a listed ESME.', {
    device: eui64('Of the ESME.'),
    at: instant('From when on an AD1 is suppressed.'),
  }),
  'ad1-verdict': event('The DSP suppresses or forwards an AD1.', {
    hub: eui64('Of the hub that raised it.'),
    suppressed: flag('Suppressed, or forwarded to the Network Operator.'),
    reason: text('Why.'),
    window: ms('Length of the suppression window, ms.'),
    afterActivation: z
      .number()
      .describe('From the recorded activation to the AD1, ms; negative when it is still to come.')
      .optional(),
    otherwise: z
      .enum(['processed', 'requested'])
      .describe(
        'The other reading of the recorded time of an immediate SRV 11.3; left out where both recorded the same.',
      )
      .optional(),
    otherwiseSuppressed: flag('What that reading would have done.').optional(),
    otherwiseReason: text('Why.').optional(),
    otherwiseAfter: z
      .number()
      .describe('From the activation as that reading records it to the AD1, ms.')
      .optional(),
  }),
}
