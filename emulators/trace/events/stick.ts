// Events of a stick: its host, its network, and what the host is found to do wrong.

import { z } from 'zod'
import { CLIENT_STATES } from '#core/ota/client'
import {
  eui64,
  event,
  fileVersion,
  flag,
  networkAddress,
  sha256OrNone,
  text,
  U16,
  whole,
} from './kinds.ts'

const id = () => eui64('Of the device.')
const from = () => text('Where it comes from.')

const device = z.strictObject({
  name: text('Its name.'),
  id: eui64('EUI-64.'),
  state: z.enum(CLIENT_STATES).describe('State of its OTA client.'),
  fileVersion: fileVersion('File version that runs.'),
  sha256: sha256OrNone('SHA-256 of the last file that it rebuilt; empty for none.'),
  finding: text('What its verification found.'),
  blocks: whole('Blocks taken.'),
  retries: whole('Requests repeated.'),
  lost: whole('Frames that the scenario’s faults took.'),
  dropped: whole('Requests that the host dropped.'),
  empties: whole('Blocks without an octet.'),
  strays: whole('Blocks not asked for then.'),
  wrong: z
    .array(
      z.strictObject({
        what: text('What it did wrong on purpose, as scenarios name it.'),
        times: whole('Times.'),
      }),
    )
    .describe('What it did wrong, as its scenario has it.'),
})

export const STICK_EVENTS = {
  'stick-listening': event('A stick waits for its host.', {
    where: text('Where a host finds it.'),
    protocol: text('Serial protocol that it speaks.'),
    devices: whole('Devices behind it.'),
  }),
  'host-connected': event('A host has the stick now.', { from: from() }),
  'host-gone': event('The host has let go of the stick.', {
    frames: whole('Frames of it that were sound.'),
    malformed: whole('Frames with a wrong check sum or length, skipped.'),
    noise: whole('Octets between frames, skipped.'),
  }),
  'host-refused': event('A connection was turned away, or the host let go.', {
    from: from(),
    why: z
      .enum(['in-use', 'text', 'silent', 'unread', 'crowded'])
      .describe(
        'Another host has the stick; it speaks text, as a browser does; it has said nothing sound in time; it does not read what it is told; others that say nothing came after it.',
      ),
  }),
  'host-unknown': event(
    'A host sent a command that the stick does not have; it was answered with the protocol’s own error.',
    { command: text('The command’s number, hexadecimal.') },
  ),
  'network-formed': event('The stick is a coordinator with a network.', {
    panId: whole('PAN id.', 0, U16),
    channel: whole('Channel, 11 to 26.', 11, 26),
    resumed: flag('True when it is the network of before.'),
  }),
  'permit-join': event('The host permits joining, or ends it.', {
    seconds: whole('For so long; 0 ends it, 255 is for good.', 0, 255),
  }),
  'device-joined': event('A device has joined the stick’s network.', {
    id: id(),
    address: networkAddress(),
  }),
  'device-announced': event(
    'A device says that it is there: after joining, and after each restart.',
    { address: networkAddress() },
  ),
  'device-left': event('A device has left the stick’s network.', { id: id() }),
  'confirm-scripted': event(
    'A frame of the host was confirmed with a status that was asked for, and not sent.',
    {
      number: whole('The data request that it was, from 1.', 1),
      status: whole('Status of the confirm.', 0, 255),
    },
  ),
  'confirm-withheld': event('A frame of the host was sent and, as was asked for, not confirmed.', {
    number: whole('The data request that it was, from 1.', 1),
  }),
  'host-survived': event('What a device put up with during a download from a ZigBee host.', {
    retries: whole('Requests that were not answered in time and repeated.'),
    lost: whole('Frames that the faults of the scenario took, both ways.'),
    dropped: whole('Requests that no fault took and the host did not answer: dropped by the host.'),
    empties: whole('Block responses without a single octet: the host is beyond the image’s end.'),
    strays: whole('Block responses that were not asked for then: late or doubled.'),
  }),
  'stick-report': event('The stick has ended: what became of its devices.', {
    devices: z.array(device).describe('Each device.'),
  }),
}
