// What is odd about a firmware file and no reason to refuse it: a code for programs, a sentence for people, the place.

/** The codes of all notes. */
export const NOTE_CODES = [
  // of an OTA file
  'header-version',
  'header-short',
  'header-long',
  'field-control-reserved',
  'hardware-range-empty',
  'manufacturer-wildcard',
  'image-type-reserved',
  'file-version-wildcard',
  'also-gb-signed',
  'element-misfit',
  'element-telink',
  'trailer-misfit',
  'no-firmware',
  'trailing-octets',
  'unwrapped',
  // of an Intel HEX or S-record file
  'byte-order-mark',
  'leading-blanks',
  'comment-lines',
  'text-after-record',
  'symbol-block',
  'lower-case-s',
  'several-ends',
  'gaps-filled',
  'left-out',
  // of any file
  'contains',
  'name-misfit',
] as const

/** Code of a note. */
export type NoteCode = (typeof NOTE_CODES)[number]

/** Something odd about a firmware file that is no reason to refuse it. */
export interface ImageNote {
  /** What is odd, for programs. */
  readonly code: NoteCode
  /** One sentence. */
  readonly message: string
  /** Where it is: an octet of the file, from 0. */
  readonly at?: number | undefined
  /** Where it is: a line of the file, from 1. */
  readonly line?: number | undefined
}
