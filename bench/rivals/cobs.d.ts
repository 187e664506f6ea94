// npm cobs has no types of its own.
declare module 'cobs' {
  const cobs: { encode(octets: Buffer): Buffer; decode(octets: Buffer): Buffer }
  export default cobs
}
