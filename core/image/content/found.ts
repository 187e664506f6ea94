// The form in which it is said what a file is.

/** What a file was found to be that is no plain firmware: an archive, a program for a computer, the wrapping of a boot loader. */
export interface Content {
  /** For programs. */
  readonly code: string
  /** With its article, for a sentence. */
  readonly name: string
  /**
   * Refused as no firmware, or because it has to be taken apart first, unless it is said to be raw; or carried, because
   * some loader takes it so.
   */
  readonly standing: 'no-firmware' | 'to-take-apart' | 'for-a-loader'
  /** What it means for whoever gave the file: goes on after a colon, without a full stop. */
  readonly advice: string
}
