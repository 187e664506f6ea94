// The protocols by the names that users give them.

import { AgentLoader } from './agent-loader.ts'
import type { LoaderKind } from './loader.ts'
import { type ModemKind, ModemLoader } from './modem-loader.ts'
import { Stm32Loader } from './stm32-loader.ts'

const modem = (kind: ModemKind): LoaderKind => ({
  make: (options, counts) => new ModemLoader(kind, options, counts),
})

export const LOADERS = {
  agent: { make: (options, counts) => new AgentLoader(options, counts) },
  xmodem: modem('xmodem'),
  'xmodem-1k': modem('xmodem-1k'),
  ymodem: modem('ymodem'),
  gecko: modem('gecko'),
  stm32: { parity: 'even', make: (options, counts) => new Stm32Loader(options, counts) },
} as const satisfies Readonly<Record<string, LoaderKind>>

export type LoaderName = keyof typeof LOADERS
export type Protocol = 'auto' | LoaderName
export const PROTOCOLS = ['auto', ...(Object.keys(LOADERS) as LoaderName[])] as const

export function loaderKind(name: LoaderName): LoaderKind {
  return LOADERS[name]
}
