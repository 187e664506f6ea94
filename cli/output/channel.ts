// Something that takes octets as they come: a pipe, a device, a socket, stdout.

export interface Channel {
  /** Takes octets to be written in their turn; they must stay as they are. */
  write(chunk: Uint8Array): void
  /** Waits until there is room for more. @throws HanrigError FILE_UNWRITABLE, for whatever went wrong before too. */
  ready(): Promise<void>
  /** Waits until everything is written, and closes. @throws HanrigError as ready() does. */
  close(): Promise<void>
  /** Closes at once; what waits is lost. */
  drop(): void
}
