// Why octets are no GBCS message, or its content not what the use case lays down: a small int for each reason, and its
// name and sentence for people and scripts.

export const READ = 0
export const TRUNCATED = 1
export const TRAILING = 2
export const NO_MESSAGE = 3
export const CIPHERING_FIELDS = 4
export const LENGTH_FORM = 5
export const SECURITY_CONTROL = 6
export const INVOCATION_COUNTER = 7
export const TRANSACTION = 8
export const DIRECTION = 9
export const ENTITY_ID = 10
export const DATE_TIME = 11
export const OTHER_INFORMATION = 12
export const SIGNATURE_LENGTH = 13
export const CONTENT_TAG = 14
export const CONTENT_LENGTH = 15
export const INTEGER_FORM = 16
export const GENERALIZED_TIME = 17
export const VALUE = 18
export const INVOKE_ID = 19
export const BODY_COUNTER = 20

export type Misfit =
  | (0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10)
  | (11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20)

/** Name and sentence of each code, by its number. */
export const MISFITS: readonly (readonly [name: string, sentence: string])[] = [
  ['read', 'It fits.'],
  ['truncated', 'It ends before its last field.'],
  ['trailing', 'Octets follow its end.'],
  ['no-message', 'It begins neither with DD (a MAC header) nor with DF (a grouping header).'],
  ['ciphering-fields', 'The six fields after DD are not all empty.'],
  ['length-form', 'A length is not written in its shortest form of one to three octets.'],
  ['security-control', 'The security control is not 11 (authenticated, suite 1).'],
  ['invocation-counter', 'The invocation counter is not zero.'],
  ['transaction', 'The transaction id has not 9 octets.'],
  ['direction', 'The message is no command (01), response (02) or alert (03).'],
  ['entity-id', 'An entity id has not 8 octets.'],
  ['date-time', 'A date-time has neither 0 nor 12 octets, or is none that the calendar has.'],
  ['other-information', 'The other information has not 2, 18, 26 or more octets.'],
  ['signature-length', 'The signature length is neither 00 nor 40.'],
  ['content-tag', 'A field of the content has another type than the use case lays down.'],
  ['content-length', 'A field of the content has another length than the use case lays down.'],
  ['integer-form', 'An INTEGER is negative, too large or not written in its shortest form.'],
  [
    'generalized-time',
    'A GeneralizedTime is not YYYYMMDDHHMMSSZ of a moment that the calendar has.',
  ],
  ['value', 'A field of the content has a value that the use case does not know.'],
  ['invoke-id', 'The invoke id is not 20 and the low 24 bits of the originator counter.'],
  ['body-counter', 'The originator counter in the content is not that of the header.'],
]
