// The protocols by the names that users give them.

import { AgentLoader } from './agent-loader.ts'
import type { LoaderKind } from './loader.ts'
import { type ModemKind, ModemLoader } from './modem-loader.ts'
import { Stm32Loader } from './stm32-loader.ts'

const modem = (kind: ModemKind): LoaderKind => ({
  make: (options, counts) => new ModemLoader(kind, options, counts),
})

/** What makes a loader of each protocol, and the parity that its line has when the user names none. */
export const LOADERS = {
  agent: { make: (options, counts) => new AgentLoader(options, counts) },
  xmodem: modem('xmodem'),
  'xmodem-1k': modem('xmodem-1k'),
  ymodem: modem('ymodem'),
  gecko: modem('gecko'),
  stm32: { parity: 'even', make: (options, counts) => new Stm32Loader(options, counts) },
} as const satisfies Readonly<Record<string, LoaderKind>>

/** A protocol: `xmodem-1k` is XMODEM with blocks to 1,024 octets, `gecko` the Gecko bootloader's menu around XMODEM. */
export type LoaderName = keyof typeof LOADERS
/** What a board speaks: a protocol by name, or `auto`, where the board is asked. */
export type Protocol = 'auto' | LoaderName
export const PROTOCOLS = ['auto', ...(Object.keys(LOADERS) as LoaderName[])] as const

export function loaderKind(name: LoaderName): LoaderKind {
  return LOADERS[name]
}
