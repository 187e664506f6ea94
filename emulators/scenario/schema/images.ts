// Images of a scenario: made for the run, or from a file.

import { z } from 'zod'
import { MAX_IMAGE_SIZE } from '#core/block/geometry'
import { MIN_HEADER } from '#core/image/header'
import { IMAGE_FORMATS } from '#core/image/open'
import { IMAGE_KINDS, TRAILER_LENGTH } from '#core/image/ota-image'
import { keyed } from '../../language/kinds.ts'
import { text } from '../../language/names.ts'
import { size, U32, version, whole, yesNo } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'
import { BOX_IMAGES, DEVICE_TYPES } from '../../profile/types.ts'

/** OTA header with hardware versions, one octet, trailer. */
const MIN_IMAGE = MIN_HEADER + 4 + 1 + TRAILER_LENGTH

const imageFor = () =>
  z
    .enum([...DEVICE_TYPES, 'hub'])
    .describe('The type of box that the image is for; its header says so.')

const made = z
  .strictObject({
    size: size(MIN_IMAGE, MAX_IMAGE_SIZE).describe(
      'Octets of the whole file, header and signature included; kB and MB are decimal. The content is drawn from the seed.',
    ),
    for: imageFor(),
    version: version().prefault(2).describe('File version in the header, usually in hexadecimal.'),
    signature: z
      .enum(['right', 'wrong', 'none'])
      .optional()
      .describe(
        'Whether the signature is the trusted key’s. Default: none for a type without, else right.',
      ),
    forceReplace: yesNo().prefault(false).describe('The force-replace octet of a signed image.'),
    hardware: z
      .tuple(
        [whole(0, 0xffff), whole(0, 0xffff)],
        must('two hardware versions, such as [0x1111, 0x1211]'),
      )
      .refine(([from, to]) => from <= to, 'must name the lower version first')
      .transform((pair): readonly [number, number] => pair)
      .prefault([0x1111, 0x1211])
      .describe('Lowest and highest hardware version that takes the image.'),
    seed: whole(0, U32).prefault(1).describe('Another seed makes other octets of the same size.'),
  })
  .transform(({ signature, ...image }) => ({
    kind: 'made' as const,
    ...image,
    signature:
      signature ??
      (BOX_IMAGES[image.for].kind === 'gb-unsigned' ? ('none' as const) : ('right' as const)),
  }))
  .meta({ title: 'made image', description: 'An image that is made for the run.' })

const fromFile = z
  .strictObject({
    file: text(4_096)
      .min(1, must('the path of a file'))
      .describe('Path of the image, relative to the scenario file.'),
    for: imageFor(),
    kind: z
      .enum(IMAGE_KINDS)
      .optional()
      .describe('What an OTA file has to be; left out, it is found.'),
    format: z
      .enum(IMAGE_FORMATS as readonly ['ota', 'hex', 'srec', 'raw'])
      .optional()
      .describe('How the file is read; left out, it is found.'),
    strict: yesNo().optional().describe('Refuse an OTA file that deviates from its format.'),
    unwrap: yesNo()
      .optional()
      .describe('Take the OTA file out of what is around it, and cut what comes after its end.'),
    range: z
      .tuple(
        [whole(0, U32), whole(0, U32)],
        must('two addresses, such as [0x08000000, 0x0807ffff]'),
      )
      .refine(([from, to]) => from <= to, 'must name the lower address first')
      .transform(([from, to]) => ({ from, to }))
      .optional()
      .describe('Lowest and highest address of Intel HEX or S-records to take; left out, all.'),
    wrap: yesNo()
      .prefault(false)
      .describe('Put a binary into a GB OTA file for its device first, as the Supplier would.'),
  })
  .transform(({ kind: imageKind, ...image }) => ({ kind: 'file' as const, ...image, imageKind }))
  .meta({ title: 'image file', description: 'An image from a file.' })

/** The kinds of images. */
export const images = keyed([made, fromFile])
