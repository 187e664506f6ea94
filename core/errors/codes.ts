// What the core refuses.

import { type Declarations, errorsOf, unusable } from './errors.ts'

const DAMAGED_HINT = 'Compare the file with its source: the copy may have been cut off.'

export const CORE_ERRORS = {
  HANRIG_IMAGE_EMPTY: unusable('The file has no octets: export or download the image again.'),
  HANRIG_IMAGE_TOO_LARGE: unusable('hanrig carries images of at most 16 MiB (16,777,216 B).'),
  HANRIG_IMAGE_BAD_MAGIC: unusable(
    'A ZigBee OTA file starts with 1e f1 ee 0b; some vendors put a wrapper before it.',
  ),
  HANRIG_IMAGE_TRUNCATED: unusable(DAMAGED_HINT),
  HANRIG_IMAGE_OVERSIZED: unusable(
    'Cut the octets after the size that the header states, or correct the header.',
  ),
  HANRIG_IMAGE_BAD_HEADER_LENGTH: unusable(
    'The header length must be 56 plus the optional fields that the field control announces.',
  ),
  HANRIG_IMAGE_BAD_TRAILER: unusable(
    'A signed GB upgrade image ends with force-replace (1), 0x40 and a 64-octet signature.',
  ),
  HANRIG_IMAGE_BAD_ELEMENT: unusable(),
  HANRIG_IMAGE_NO_PAYLOAD: unusable('The file ends with its header: there is no image to carry.'),
  HANRIG_IMAGE_NOT_FIRMWARE: unusable('Give the firmware file itself.'),
  HANRIG_IMAGE_TO_TAKE_APART: unusable('Give the image that is in the file.'),
  HANRIG_IMAGE_WRAPPED: unusable('Give the OTA file without what is around it.'),
  HANRIG_IMAGE_NO_OTA_INSIDE: unusable('Give a file with a ZigBee OTA file in it.'),
  HANRIG_IMAGE_NO_USE: unusable('Leave out what this file has no use for.'),
  HANRIG_HEX_BAD_RECORD: unusable(
    'Each line of an Intel HEX file is a colon and an even run of hex digits.',
  ),
  HANRIG_HEX_BAD_CHECKSUM: unusable(DAMAGED_HINT),
  HANRIG_HEX_NO_END: unusable('The last record must be the end record :00000001FF.', DAMAGED_HINT),
  HANRIG_SREC_BAD_RECORD: unusable(
    'Each line of an S-record file is S, a digit 0-9 and hex digit pairs.',
  ),
  HANRIG_SREC_BAD_CHECKSUM: unusable(DAMAGED_HINT),
  HANRIG_SREC_BAD_COUNT: unusable(DAMAGED_HINT),
  HANRIG_SREC_NO_END: unusable('The last record must be S7, S8 or S9.', DAMAGED_HINT),
  HANRIG_ADDRESS_OVERLAP: unusable(
    'Two records write different octets to one address: link the image again.',
  ),
  HANRIG_ADDRESS_SPAN: unusable(
    'Leave option bytes, configuration words and other far sections out when exporting.',
  ),
  HANRIG_PLAN_TOO_LARGE: unusable(),
  HANRIG_SNAPSHOT_DAMAGED: unusable('Take the snapshot again with the same version of hanrig.'),
} as const satisfies Declarations

export const hanrigError = errorsOf(CORE_ERRORS)
