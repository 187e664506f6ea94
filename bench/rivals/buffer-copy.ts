// A bare copy of one block by Buffer.copy: no header, no check, no record of what came. The floor of
// what moving a block costs when the runtime does it.

export function copy(to: Buffer, at: number, from: Buffer, start: number, length: number): void {
  from.copy(to, at, start, start + length)
}
