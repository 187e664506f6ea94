// Builds the agent's images with Debian's clang and lld, and compares them with the ones that lie beside the source.
//   node firmware-fixtures/board-agent/build.ts          writes images/
//   node firmware-fixtures/board-agent/build.ts --check  builds elsewhere and compares byte for byte; exit 1 if not the same
// The compiler's major version is pinned: another one gives other octets, which is no defect of source or image.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeUf2, withBootCrc } from './uf2.ts'

const CLANG_MAJOR = 14
const HERE = import.meta.dirname
const CLANG = process.env.CLANG ?? `clang-${CLANG_MAJOR}`
const OBJCOPY = process.env.OBJCOPY ?? `llvm-objcopy-${CLANG_MAJOR}`

const CORE = ['agent', 'crc32', 'line', 'reply', 'sha256', 'store', 'transfer', 'wire'].map(
  name => `core/${name}.c`,
)
const STRICT = [
  '-std=c99',
  '-Wall',
  '-Wextra',
  '-Wpedantic',
  '-Werror',
  '-Wno-language-extension-token',
]
const FREE = [
  '-ffreestanding',
  '-fno-builtin',
  '-nostdlib',
  '-g0',
  '-ffunction-sections',
  '-fdata-sections',
]
/** Where RP2040's ROM and every debugger put a RAM image, and where its flash begins. */
const RP2040_RAM = 0x2000_0000
const RP2040_FLASH = 0x1000_0000

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function compile(to: string, ...args: string[]): void {
  execFileSync(CLANG, [...STRICT, ...FREE, ...args, '-o', to], { cwd: HERE, stdio: 'inherit' })
}

function arm(to: string, script: string, ...args: string[]): void {
  const linked = [
    '-fuse-ld=lld',
    '-Wl,--gc-sections',
    '-Wl,--build-id=none',
    '-Wl,-n',
    '-T',
    script,
  ]
  compile(to, ...args, ...linked, ...CORE, 'core/memory.c', 'hal/aeabi.c')
}

/** Every image by its name in images/, built into `dir`. */
const IMAGES: Record<string, (dir: string) => void> = {
  'agent.wasm': dir =>
    compile(
      join(dir, 'agent.wasm'),
      ...[
        '--target=wasm32',
        '-O2',
        '-DLINE_RING=131072u',
        '-fuse-ld=lld',
        '-Wl,--no-entry',
        '-Wl,--import-undefined',
      ],
      ...['-Wl,--strip-all', '-Wl,--gc-sections', ...CORE, 'core/memory.c', 'hal/wasm.c'],
    ),
  'agent-rp2040.bin': dir => {
    const elf = join(dir, 'agent-rp2040.elf')
    arm(
      elf,
      'hal/rp2040.ld',
      '--target=thumbv6m-none-eabi',
      '-mcpu=cortex-m0plus',
      '-O2',
      'hal/rp2040.c',
    )
    execFileSync(OBJCOPY, ['-O', 'binary', elf, join(dir, 'agent-rp2040.bin')])
    rmSync(elf)
  },
  'agent-rp2040.uf2': dir =>
    writeFileSync(
      join(dir, 'agent-rp2040.uf2'),
      encodeUf2(readFileSync(join(dir, 'agent-rp2040.bin')), RP2040_RAM),
    ),
  'agent-rp2040-flash.uf2': dir => {
    const agent = readFileSync(join(dir, 'agent-rp2040.bin'))
    const object = join(dir, 'boot2.o')
    const boot2 = join(dir, 'boot2.bin')
    const target = ['--target=thumbv6m-none-eabi', `-DIMAGE_OCTETS=${agent.length}`, '-c']
    execFileSync(CLANG, [...target, 'hal/rp2040-boot2.S', '-o', object], { cwd: HERE })
    execFileSync(OBJCOPY, ['-O', 'binary', '-j', '.text', object, boot2])
    const first = withBootCrc(readFileSync(boot2))
    writeFileSync(
      join(dir, 'agent-rp2040-flash.uf2'),
      encodeUf2(Buffer.concat([first, agent]), RP2040_FLASH),
    )
    rmSync(object)
    rmSync(boot2)
  },
  'agent-sf2.elf': dir => {
    const elf = join(dir, 'agent-sf2.elf')
    arm(
      elf,
      'hal/sf2.ld',
      '--target=thumbv7m-none-eabi',
      '-mcpu=cortex-m3',
      '-Os',
      '-DLINE_RING=16384u',
      'hal/sf2.c',
    )
    execFileSync(OBJCOPY, ['--strip-all', elf])
  },
}

const said = spawnSync(CLANG, ['--version'], { encoding: 'utf8' })
const major = /clang version (\d+)/.exec(said.stdout ?? '')?.[1]
if (major === undefined) {
  say(`${CLANG} cannot be run. On Debian: apt-get install clang-14 lld-14 llvm-14`)
  process.exit(2)
}
const pinned = Number(major) === CLANG_MAJOR
const check = process.argv.includes('--check')
const images = join(HERE, 'images')
const dir = check ? mkdtempSync(join(tmpdir(), 'board-agent-')) : images
mkdirSync(dir, { recursive: true })
let differ = 0
for (const [name, build] of Object.entries(IMAGES)) {
  build(dir)
  const made = readFileSync(join(dir, name))
  const same = !check || made.equals(readFileSync(join(images, name)))
  if (!same) differ++
  say(`${name}: ${made.length} B${check ? (same ? ', the same' : ', NOT the same') : ''}`)
}
if (check) rmSync(dir, { recursive: true })
if (differ > 0 && !pinned) {
  say(
    `Built by clang ${major}; the images were built by clang ${CLANG_MAJOR}, so nothing is proved.`,
  )
} else if (differ > 0) {
  say('Source and images differ: run build.ts and commit images/.')
  process.exit(1)
}
