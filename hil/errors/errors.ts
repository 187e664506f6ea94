// What is refused where the real world is met, beside what the floors below refuse.

import { CORE_ERRORS } from '#core/errors/codes'
import {
  type Declarations,
  device,
  errorsOf,
  internal,
  interrupted,
  inUse,
  refused,
  timeout,
  unusable,
} from '#core/errors/errors'
import { EMULATOR_ERRORS } from '#emulators/errors/errors'

export const HIL_ERRORS = {
  HANRIG_INTERNAL: internal(),
  HANRIG_FILE_UNWRITABLE: unusable('Check that the directory exists, is writable and has room.'),
  HANRIG_BOARD_NO_EMULATOR: unusable(
    'Install it beside hanrig: npm install rp2040js@1.4.1 (virtual:wasm runs the same agent and needs nothing).',
  ),
  HANRIG_BOARD_PATH: unusable(
    'The virtual boards and their settings, such as virtual:wasm?baud=115200, are in docs/boards.md.',
  ),
  HANRIG_STICK_PORT_IN_USE: inUse(),
  HANRIG_STICK_PORT_UNUSABLE: unusable(),
  HANRIG_STICK_PTY_UNAVAILABLE: unusable(
    'Install socat (Debian: apt-get install socat), or have the host connect over TCP.',
  ),
  HANRIG_STICK_STATE_UNUSABLE: unusable(),
  HANRIG_INTERRUPTED: interrupted(),
  HANRIG_PORT_ADDRESS: unusable(
    'Write a device (/dev/ttyUSB0, COM3), tcp://host:port, rfc2217://host:port or virtual:wasm.',
  ),
  HANRIG_PORT_NOT_FOUND: unusable(),
  HANRIG_PORT_DENIED: unusable(),
  HANRIG_PORT_NODE: unusable(
    'Use Node 22.18 to 26.3 until node-serialport#3148 is mended; tcp:// and virtual: ports work with this one.',
  ),
  HANRIG_PORT_BUSY: inUse('End the program that has the port open, or wait for it.'),
  HANRIG_PORT_CANNOT: unusable(
    'Lines, speed and parity of tcp:// are the server’s: have it speak RFC 2217, or set them there.',
    'A pseudo terminal has no lines and no parity.',
  ),
  HANRIG_LINE_SEQUENCE: unusable(
    'Steps stand between bars: D0 or D1 and R0 or R1 for DTR and RTS, W100 for a wait in ms, B1200 for a speed, C to close and open again.',
    'Sequences with a name are esp, esp-usb, touch1200, rts-pulse and dtr-pulse.',
  ),
  HANRIG_TYPED_TEXT: unusable(
    'Write \\r, \\n, \\t, \\e, \\\\ or \\x1b for what cannot be typed, and a regular expression of JavaScript for what is expected.',
  ),
  HANRIG_EXPECTED_UNSEEN: timeout(
    'The text shows what came instead; what is expected is looked for in everything since the last thing sent.',
  ),
  HANRIG_PORT_UNUSABLE: device(),
  HANRIG_PORT_UNREACHABLE: device('Check host and port, and that the serial server runs there.'),
  HANRIG_PORT_GONE: device(),
  HANRIG_PORT_STALLED: timeout(
    'Something holds the line: flow control, a stopped board, a hung adapter. Unplug it and plug it in again.',
  ),
  HANRIG_IMAGE_OTHER_LOADER: refused('Give the image in the form that this loader takes.'),
  HANRIG_BOARD_SILENT: timeout(),
  HANRIG_END_UNANSWERED: timeout(
    'The image is most likely there: ask the board. Some bootloaders start it at once and answer no more.',
    'On a pseudo terminal lrzsz’s rx flushes its own last answer.',
  ),
  HANRIG_TRANSFER_CANCELLED: device('The receiver’s own console may say why.'),
  HANRIG_TRANSFER_FAILED: device('The line is bad, or the receiver speaks another protocol.'),
  HANRIG_LINE_ECHO: device(
    'RX and TX may be joined, or an adapter, a modem or a terminal server echoes: switch that off.',
    'A console echoes what is typed: start the board’s loader there, then flash again.',
  ),
  HANRIG_HEARD_TEXT: timeout(
    'A program writes there, and no loader waits: start it (reset, a key, a command; its text may say which).',
  ),
  HANRIG_HEARD_NOISE: timeout(
    'If no speed gives a text, look at ground, levels (inverted RX?) and parity.',
  ),
  HANRIG_HEARD_ZMODEM: device('Start the receiver for XMODEM or YMODEM: rx or rb instead of rz.'),
  HANRIG_HEARD_YMODEM_G: device(
    'YMODEM-g has no answer to a damaged block: start the receiver for plain YMODEM.',
  ),
  HANRIG_HEARD_HTTP: device(
    'That port is a web server’s: look for the one with raw TCP or RFC 2217 in the serial server’s settings.',
  ),
  HANRIG_BOARD_STUCK: timeout('Reset the board; its own log, in the report, may say more.'),
  HANRIG_POOL_NONE: unusable(),
  HANRIG_POOL_INVALID: unusable(
    'See docs/pool.schema.json for what a pool file may hold; editors complete by it.',
  ),
  HANRIG_POOL_NO_BOARD: unusable(),
  HANRIG_BOARD_LEASED: inUse(),
  HANRIG_LEASES_UNSAFE: unusable(
    'Remove the directory, or name another one with leases: in the pool file or HANRIG_LEASES.',
  ),
  HANRIG_NOT_ALLOWED: refused(
    'Read the file before you allow it: a command runs with your rights, and a file that is written is gone.',
  ),
  HANRIG_SWITCH_FAILED: device('Run the switch’s command by hand: it must end with 0.'),
  HANRIG_SWITCH_STUCK: timeout(
    'Does the command ask for something? Give it a longer timeout in the pool file if it is only slow.',
  ),
  HANRIG_HERDSMAN_MISSING: unusable(
    'Run `npm install zigbee-herdsman@10.9.5` beside hanrig (with -g, where hanrig is installed so).',
  ),
  HANRIG_STICK_SILENT: timeout(),
  HANRIG_STICK_FAILED: device(),
  HANRIG_STICK_LOST: device(),
  HANRIG_HAN_NONE: unusable(),
  HANRIG_HAN_EXISTS: unusable(),
  HANRIG_HAN_DATA_UNUSABLE: unusable('Check the directory’s permissions and free space.'),
  HANRIG_HAN_DATA_DAMAGED: unusable(
    'Restore the file, or form a new network in another directory: its devices have to join again.',
  ),
  HANRIG_HAN_DATA_IN_USE: inUse('Another hanrig uses this network: wait for it to end.'),
  HANRIG_DEVICE_UNKNOWN: unusable(),
  HANRIG_DEVICE_NO_OTA: device(
    'The device’s simple descriptor must list cluster 0x0019 among its output clusters.',
  ),
  HANRIG_DEVICE_SILENT: timeout(),
  HANRIG_DEVICE_NOT_ENDING: timeout('A device that verifies for long is silent for long.'),
  HANRIG_DEVICE_ENDED_EARLY: device(
    'The device sent its Upgrade End Request before it had asked for the whole image.',
  ),
  HANRIG_DEVICE_REFUSED: device(
    'INVALID_IMAGE means that the device’s own check failed: signature, hash, hardware or type.',
  ),
  HANRIG_DEVICE_RUNS_OLD: device(
    'The device did not start on the image, or went back to the old one; its own log may say why.',
  ),
  HANRIG_JOIN_TIMEOUT: timeout(),
  HANRIG_UPDATE_WRONG_DEVICE: refused(),
  HANRIG_UPDATE_DOWNGRADE: refused(),
  HANRIG_PAGE_PAST_END: device(
    'Have the device clip its last page to the image’s size, or use block requests.',
  ),
  HANRIG_IMAGE_NOT_OTA: unusable(),
  HANRIG_IMAGE_NOT_CARRIED: unusable(
    'What it stumbles over among firmware octets moves with one octet more or less of padding in the Manufacturer Image.',
  ),
  HANRIG_CHIP_UNKNOWN: refused('Its reference manual tells the size of a page and of the flash.'),
  HANRIG_CHIP_PROTECTED: refused(),
  HANRIG_IMAGE_PLACE: refused(
    'Link the image for the flash of this chip, from the start of a page on.',
  ),
  HANRIG_BOARD_MISMATCH: refused('Flash the image that was built for this board.'),
  HANRIG_BOARD_SLOT: refused(),
  HANRIG_BOARD_DOWNGRADE: refused(),
  HANRIG_BOARD_BUSY: inUse('The board is at another job: wait for it, or restart the board.'),
  HANRIG_BOARD_FAILED: device(),
  HANRIG_BOARD_HASH: device(),
  HANRIG_BOARD_NOT_RUNNING: device('The board’s own log may say why; what ran before still does.'),
  HANRIG_BOARD_PROTOCOL: device(
    'Update hanrig, or the agent on the board: they share no version of the protocol.',
  ),
} as const satisfies Declarations

const DECLARED = { ...CORE_ERRORS, ...EMULATOR_ERRORS, ...HIL_ERRORS }

/** The codes that hil may raise. */
export type HilCode = keyof typeof DECLARED

export const hanrigError = errorsOf(DECLARED)
