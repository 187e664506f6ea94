// Events of activation, of power, and of the supply of the hub.

import { z } from 'zod'
import { event, fileVersion, flag, instant, ms, offset, whole } from './kinds.ts'

export const POWER_EVENTS = {
  'activation-scheduled': event('A future-dated activation is stored.', {
    at: instant('When it is due.'),
  }),
  'activation-cancelled': event('The device has no activation scheduled any more.', {}),
  'activation-refused': event('The device refuses to activate.', {
    code: whole('CS06 response code.', 1, 3),
  }),
  'activation-began': event('The box restarts into the image that it held.', {
    duration: ms('How long that takes, ms.'),
  }),
  'activation-ended': event('The activation is over.', {
    code: whole('CS06 response code; 0: the new version runs.', 0, 3),
    before: fileVersion('File version before.'),
    fileVersion: fileVersion('File version that runs.'),
  }),
  'power-lost': event('A device loses its power.', {}),
  'power-restored': event('A device has its power back.', {
    outage: ms('How long it was away, ms; of devices that report it.').optional(),
    alert: z
      .enum(['8F35', '8F36'])
      .describe('The alert with which the device reports it to the Network Operator.')
      .optional(),
  }),
  booted: event('A box has started again with what its flash says.', {
    fileVersion: fileVersion('File version that runs.'),
    sound: flag('Whether the running image is whole.'),
    pending: z
      .enum(['nothing', 'partial', 'held', 'activating'])
      .describe('What the other slot holds.'),
    offset: offset('Octets of it that are committed.'),
  }),
  'supply-lost': event('The hub loses its supply.', {}),
  'supply-restored': event('The hub has its supply back.', {}),
  'hub-ready': event('The hub works again.', {}),
}
