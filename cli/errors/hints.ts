// What whoever types commands may do about an error: hints that name commands and options, after those of the declaration.

import type { HanrigError } from '#core/errors/errors'
import type { ERRORS } from './errors.ts'
import { exitOf } from './exit.ts'

const RAW_HINT = 'To carry the bytes as they are, add --format raw.'
const JOINED_HINT =
  'Of several files joined to one, --range FROM..TO takes the addresses that it names.'
const SKIP_BAD_HINT = 'With --skip-bad such rows are counted and left out.'

const HINTS: Readonly<Record<string, readonly string[]>> = {
  HANRIG_USAGE: ['Run the command with --help for its options.'],
  HANRIG_INTERNAL: ['This is a defect in hanrig: please report it with the command that led here.'],
  HANRIG_IMAGE_BAD_MAGIC: [RAW_HINT],
  HANRIG_IMAGE_TRUNCATED: [RAW_HINT],
  HANRIG_IMAGE_OVERSIZED: ['Cut them with --unwrap, or leave --strict out.', RAW_HINT],
  HANRIG_IMAGE_BAD_HEADER_LENGTH: [RAW_HINT],
  HANRIG_IMAGE_BAD_TRAILER: [
    'For a device type whose images carry no trailer, add --kind gb-unsigned.',
  ],
  HANRIG_IMAGE_BAD_ELEMENT: [
    'The sub-element lengths must add up to the file; see the offsets that inspect prints.',
    RAW_HINT,
  ],
  HANRIG_IMAGE_NOT_FIRMWARE: [RAW_HINT],
  HANRIG_IMAGE_TO_TAKE_APART: [RAW_HINT],
  HANRIG_IMAGE_WRAPPED: [
    'Add --unwrap, or take it out with `hanrig image unwrap FILE --out NEW`.',
    RAW_HINT,
  ],
  HANRIG_IMAGE_NO_OTA_INSIDE: ['Leave --unwrap out to read the file as it is.'],
  HANRIG_IMAGE_OTHER_LOADER: ['To send the bytes as they are, add --format raw.'],
  HANRIG_HEX_BAD_RECORD: [JOINED_HINT],
  HANRIG_SREC_BAD_RECORD: [JOINED_HINT],
  HANRIG_ADDRESS_SPAN: [
    'Take one area with --range FROM..TO, such as --range 0x08000000..0x0807ffff, both included.',
  ],
  HANRIG_HEX_BAD_CHECKSUM: [RAW_HINT],
  HANRIG_SREC_BAD_CHECKSUM: [RAW_HINT],
  HANRIG_SREC_BAD_COUNT: [RAW_HINT],
  HANRIG_KEY_UNKNOWN: [
    'Name a directory that has it with --trust; `hanrig trust list DIR` tells what one has.',
  ],
  HANRIG_STORE_IN_USE: [
    'Another hanrig uses this store: wait for it to end, or choose another --store.',
  ],
  HANRIG_STORE_UNUSABLE: ['Check the directory and its free space, or choose another --store.'],
  HANRIG_PORTFOLIO_INVALID: [
    'A CSV needs the columns supplier, devices and image; `hanrig campaign plan --example` prints one.',
    'See docs/portfolio.schema.json for what a portfolio in YAML may hold; editors complete by it.',
  ],
  HANRIG_STICK_PORT_IN_USE: [
    'Choose another port with --listen tcp:127.0.0.1:PORT, or end what uses this one.',
  ],
  HANRIG_STICK_PORT_UNUSABLE: ['Give an address of this machine: --listen tcp:127.0.0.1:20108.'],
  HANRIG_STICK_STATE_UNUSABLE: [
    'Start without --state, or remove the file: the network is then formed anew.',
  ],
  HANRIG_EVENTS_INVALID: [
    'The columns of an event are in docs/SPEC.md; `hanrig alerts generate` writes a sample.',
    SKIP_BAD_HINT,
  ],
  HANRIG_EVENTS_UNORDERED: [SKIP_BAD_HINT],
  HANRIG_TRACKER_FULL: [
    'Give more room with --track; a record takes 35 octets and is kept for a day after its time.',
  ],
  HANRIG_PLAN_TOO_LARGE: [
    'Wishes for few devices a day make many batches: raise perDay, or lower --horizon.',
  ],
  HANRIG_INTERRUPTED: [
    'Run the same command again: what the board holds is not sent a second time.',
  ],
  HANRIG_PORT_NOT_FOUND: ['Check that the board is plugged in; `hanrig boards` lists the ports.'],
  HANRIG_PORT_DENIED: [
    'Add yourself to that group (sudo usermod -aG GROUP $USER) and log in again; `hanrig doctor` checks.',
  ],
  HANRIG_PORT_UNUSABLE: ['Is it a serial port? `hanrig boards` lists those that are.'],
  HANRIG_PORT_GONE: [
    'Plug the board in and run the command again: a board with hanrig’s agent goes on where it was.',
  ],
  HANRIG_BOARD_SILENT: [
    'Check power, cable, speed (--baud) and that the board’s agent or bootloader runs; then try --protocol.',
  ],
  HANRIG_HEARD_TEXT: [
    'Give the board longer with --start-within or --answer-within, or name another --protocol.',
  ],
  HANRIG_HEARD_NOISE: [
    'Most often the speed is another one: try --baud 9600, 57600, 115200, 230400 or 921600.',
  ],
  HANRIG_TRANSFER_FAILED: [
    'A receiver that knows blocks of 128 octets only takes them with --block-size 128.',
  ],
  HANRIG_POOL_NONE: [
    'Name the file with --pool or HANRIG_POOL, or put hanrig.pool.yaml beside the scenario.',
  ],
  HANRIG_POOL_NO_BOARD: ['List the boards of the pool with `hanrig boards --pool FILE`.'],
  HANRIG_NOT_ALLOWED: [
    'Then allow it with --allow commands or --allow writes.',
    'A pool file may do what it says where --pool or HANRIG_POOL names it; one that was found may not.',
  ],
  HANRIG_BOARD_LEASED: ['Wait longer with --wait, or ask for a tag that more boards have.'],
  HANRIG_HERDSMAN_MISSING: ['It is an optional peer: no other command needs it.'],
  HANRIG_STICK_SILENT: [
    'Check that the port is the stick’s, its firmware is a coordinator’s and --adapter and --baud fit it.',
    'Unplug the stick and plug it in again: a host that was killed may have left it in the middle.',
  ],
  HANRIG_STICK_FAILED: ['Run the command with --verbose for what zigbee-herdsman says.'],
  HANRIG_STICK_LOST: [
    'Plug the stick in and run the command again: a device goes on with a download where it was.',
  ],
  HANRIG_HAN_NONE: ['Form one with `hanrig han form`, or name the directory with --data.'],
  HANRIG_HAN_EXISTS: [
    'Use it as it is, or choose another directory with --data for another network.',
  ],
  HANRIG_DEVICE_UNKNOWN: [
    'List the devices with `hanrig han list`; let one join with `hanrig han join`.',
  ],
  HANRIG_DEVICE_SILENT: [
    'Is the device powered and in range? One that sleeps may need a longer --patience, or a button pressed.',
  ],
  HANRIG_DEVICE_NOT_ENDING: ['Give it longer with --patience.'],
  HANRIG_DEVICE_RUNS_OLD: [
    'A device that waits for a command before it changes is no failure: add --no-verify.',
  ],
  HANRIG_JOIN_TIMEOUT: [
    'Reset the device so that it looks for a network, and give it longer with --seconds.',
  ],
  HANRIG_UPDATE_WRONG_DEVICE: ['See what the image is for with `hanrig image inspect`.'],
  HANRIG_UPDATE_DOWNGRADE: ['If it is meant, add --allow-downgrade.'],
  HANRIG_IMAGE_NOT_OTA: ['Wrap the binary with `hanrig image build`.'],
  HANRIG_CHIP_UNKNOWN: ['Say both with --page-size and --flash-size.'],
  HANRIG_CHIP_PROTECTED: [
    'Add --unprotect to take the protection away; that of reading out takes everything in the flash with it.',
  ],
  HANRIG_IMAGE_PLACE: [
    'Where a raw file belongs is said with --address; of a HEX or S-record file one area is taken with --range.',
  ],
  HANRIG_PORT_CANNOT: ['A server with RFC 2217 is named by rfc2217://host:port.'],
  HANRIG_EXPECTED_UNSEEN: [
    'Give it longer with --answer-within, or until the first word with --start-within.',
  ],
  HANRIG_BOARD_SLOT: ['Build a smaller image; `hanrig boards` tells the size of the slot.'],
  HANRIG_BOARD_DOWNGRADE: ['Add --allow-downgrade if that is what you want.'],
  HANRIG_BOARD_FAILED: ['The board’s own log, with --verbose, may say why.'],
  HANRIG_BOARD_HASH: [
    'Run the command again; if it stays so, the board’s flash is worn or damaged.',
  ],
} satisfies Partial<Record<keyof typeof ERRORS, readonly string[]>>

/** All hints that a command gives with an error. */
export function hintsOf({ code, hints }: Pick<HanrigError, 'code' | 'hints'>): string[] {
  return [...hints, ...(HINTS[code] ?? [])]
}

/** Errors that say several things, a line each; of the others a line end is a part of a name. */
const LISTINGS = ['HANRIG_SCENARIO_INVALID', 'HANRIG_POOL_INVALID', 'HANRIG_PORTFOLIO_INVALID']

/** What an error says, line by line. */
export function linesOf(error: { readonly code: string; readonly message: string }): string[] {
  const { code, message } = error
  return LISTINGS.includes(code) ? message.split('\n') : [message]
}

/** An error as programs get it. */
export function errorJson(error: HanrigError, hints = hintsOf(error)) {
  const { code, message } = error
  return { code, message, hints, exit: exitOf(error) }
}
