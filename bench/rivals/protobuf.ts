// protobufjs, static: encode and decode come from protobufjs's own code generator, which is also what
// pbjs prints into a static module; they are bound to a plain class as pbjs binds them. Reflection runs
// once, at start. No CRC is set and the payload is left where it lies: protobuf does less than we do.

import protobuf from 'protobufjs'

const PROTO = `
syntax = "proto3";
message Block {
  uint32 image_id = 1;
  uint32 index = 2;
  optional fixed32 crc = 3;
  bytes payload = 4;
}`

export class Block {
  declare imageId: number
  declare index: number
  declare payload: Uint8Array
}
// pbjs puts the defaults on the prototype.
Object.assign(Block.prototype, { imageId: 0, index: 0, payload: Buffer.alloc(0) })

const type = protobuf.parse(PROTO).root.resolveAll().lookupType('Block')
const { Reader, Writer, util } = protobuf
const encodeBlock = generated(protobuf.encoder(type), { Writer, types: [], util })
const decodeBlock = generated(protobuf.decoder(type), { Reader, types: [], util, C: Block })

// The published types call a generated function's result `Function`.
function generated(codegen: unknown, scope: object): (argument: unknown) => unknown {
  return (codegen as (scope: object) => (argument: unknown) => unknown)(scope)
}

export function encode(imageId: number, index: number, payload: Uint8Array): Uint8Array {
  return (encodeBlock({ imageId, index, payload }) as protobuf.Writer).finish()
}

export function decode(frame: Uint8Array): Block {
  return decodeBlock(frame) as Block
}
