// Events of service requests: what the Supplier sends, and what it is answered.

import { z } from 'zod'
import { cases, eui64, fileVersion, flag, instant, mark, octets, whole } from './kinds.ts'

const distribution = () => z.enum(['11.1', '11.4']).describe('Service request.')
const command = () => z.enum(['11.3']).describe('Service request.')
const request = () => whole('Number of the request.')
const counter = () => whole('Number of the request: its originator counter.')
const targets = () => z.array(eui64('Of a device.')).describe('Devices that the image is for.')

export const SERVICE_EVENTS = {
  'srv-sent': cases('The Supplier sends a service request.', [
    z.strictObject({
      service: distribution(),
      request: request(),
      targets: targets(),
      fileVersion: fileVersion(),
      size: octets('Octets of the image.'),
      blocks: whole('Network blocks of the image.', 1),
      blockSize: octets('Octets of a network block.'),
    }),
    z.strictObject({
      service: command(),
      request: counter(),
      device: eui64('Device to be activated.'),
      cancels: mark('Present when the activation is cancelled.').optional(),
      executionTime: instant('When to activate; left out for at once.').optional(),
    }),
  ]),
  'srv-response': cases('The Supplier receives a response.', [
    z.strictObject({
      service: distribution(),
      request: request(),
      targets: targets(),
      ok: flag('Whether the image is where it belongs.'),
      result: whole('0 stored, 1 not the image announced, 2 refused.', 0, 2),
      again: mark('Present when it was answered before.').optional(),
    }),
    z.strictObject({
      service: command(),
      request: counter(),
      code: whole(
        'CS06 response code, 5 for a NULL answer, or 8 when the device never took the command.',
        0,
        8,
      ),
      version: fileVersion('File version that the device runs.'),
      device: eui64('Device that was commanded.'),
    }),
  ]),
}
