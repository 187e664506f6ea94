// Events of the HAN: images that servers in the home have, and the downloads of the devices.

import { z } from 'zod'
import {
  eui64,
  event,
  fileVersion,
  imageType,
  octets,
  offset,
  sha256,
  text,
  U32,
  virtualMs,
  whole,
  zclStatus,
} from './kinds.ts'

const size = () => octets('Octets of the image.')

const verification = () => ({
  reason: text('What was found, for people.'),
  hash: sha256('Of the octets that an activation states.'),
  sha256: sha256('Of the whole file.'),
})

export const HAN_EVENTS = {
  'slot-loaded': event('A server in the home has a whole image.', {
    fileVersion: fileVersion(),
    imageType: imageType(),
    size: size(),
    targets: z.array(eui64('Of a device.')).describe('Devices that it is for.'),
  }),
  'slot-refused': event(
    'A server in the home has no slot for an image, or the image names another device than it is sent to.',
    {
      fileVersion: fileVersion(),
      imageType: imageType(),
      destination: eui64(
        'Of the only device that the image is for; left out when there is no slot.',
      ).optional(),
    },
  ),
  'slot-emptied': event('A server in the home drops an image.', { fileVersion: fileVersion() }),
  'image-notify': event('A server tells a device of an image.', {
    fileVersion: fileVersion(),
    target: eui64('Of the device.'),
  }),
  'ota-refused': event('The server has no image for the device, or refuses it.', {
    status: zclStatus(),
  }),
  'ota-offered': event('The device begins or resumes its download.', {
    fileVersion: fileVersion(),
    size: size(),
    resumedAt: offset('Offset from which it goes on.'),
  }),
  'ota-progress': event('Another tenth of the image is in the device.', {
    offset: offset(),
    size: size(),
    blocks: whole('Blocks received so far.'),
    retries: whole('Requests repeated so far.'),
  }),
  'ota-retry': event('No answer came; the device asks again.', { offset: offset() }),
  'ota-waits': event('The server told the device to wait.', {
    until: virtualMs('Virtual ms at which it asks again.'),
  }),
  'ota-whole': event('Every octet is in the device.', {
    size: size(),
    blocks: whole('Blocks received.'),
    retries: whole('Requests repeated.'),
  }),
  'ota-stopped': event('The download stopped.', { status: zclStatus(), offset: offset() }),
  'ota-held': event('The server knows that the image is held for activation.', {
    fileVersion: fileVersion(),
  }),
  'image-verified': event('Verification succeeded.', verification()),
  'image-rejected': event('Verification failed.', verification()),
  'device-slept': event('A sleepy device falls asleep in the middle of a download.', {
    offset: offset(),
  }),
  'device-woke': event('A sleepy device wakes and has something to do.', {
    flags: whole(
      'Functional notification flags that it read; left out when it knew before.',
      0,
      U32,
    ).optional(),
  }),
}
