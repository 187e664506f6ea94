// Every way in which hanrig refuses something: a stable code, an exit code and hints, as data in one table.
// The sentence is made where the error is raised, on the throw path only. docs/ERRORS.md has a section for each code.

/** Process exit codes in use; README lists them. */
export const EXIT_OK = 0
export const EXIT_EXPECTATION = 1
export const EXIT_USAGE = 2
export const EXIT_DEVICE = 3
export const EXIT_TIME_OUT = 4
export const EXIT_POLICY = 5
export const EXIT_IN_USE = 6
export const EXIT_INTERRUPTED = 130

interface ErrorKind {
  readonly exit: number
  readonly hints: readonly string[]
}

const usage = (...hints: string[]): ErrorKind => ({ exit: EXIT_USAGE, hints })
const device = (...hints: string[]): ErrorKind => ({ exit: EXIT_DEVICE, hints })
const timeOut = (...hints: string[]): ErrorKind => ({ exit: EXIT_TIME_OUT, hints })
const policy = (...hints: string[]): ErrorKind => ({ exit: EXIT_POLICY, hints })
const RAW_HINT = 'To carry the bytes as they are, add --format raw.'
const DAMAGED_HINT = 'Compare the file with its source: the copy may have been cut off.'

export const ERRORS = {
  HANRIG_USAGE: usage('Run the command with --help for its options.'),
  HANRIG_INTERNAL: {
    exit: EXIT_DEVICE,
    hints: ['This is a defect in hanrig: please report it with the command that led here.'],
  },
  HANRIG_FILE_NOT_FOUND: usage('Check the path; relative paths start at the current directory.'),
  HANRIG_FILE_UNREADABLE: usage('Check the permissions of the file and of its directory.'),
  HANRIG_FILE_IS_DIRECTORY: usage('Name a file inside the directory.'),
  HANRIG_FILE_UNWRITABLE: usage('Check that the directory exists, is writable and has room.'),
  HANRIG_IMAGE_EMPTY: usage('The file has no octets: export or download the image again.'),
  HANRIG_IMAGE_TOO_LARGE: usage('hanrig carries images of at most 16 MiB (16,777,216 B).'),
  HANRIG_IMAGE_BAD_MAGIC: usage(
    'A ZigBee OTA file starts with 1e f1 ee 0b; some vendors put a wrapper before it.',
    RAW_HINT,
  ),
  HANRIG_IMAGE_TRUNCATED: usage(DAMAGED_HINT, RAW_HINT),
  HANRIG_IMAGE_OVERSIZED: usage(
    'Cut the octets after the size that the header states with --unwrap, or correct the header.',
    RAW_HINT,
  ),
  HANRIG_IMAGE_BAD_HEADER_LENGTH: usage(
    'The header length must be 56 plus the optional fields that the field control announces.',
    RAW_HINT,
  ),
  HANRIG_IMAGE_BAD_TRAILER: usage(
    'A signed GB upgrade image ends with force-replace (1), 0x40 and a 64-octet signature.',
    'For a device type whose images carry no trailer, add --kind gb-unsigned.',
  ),
  HANRIG_IMAGE_BAD_ELEMENT: usage(
    'The sub-element lengths must add up to the file; see the offsets that inspect prints.',
    RAW_HINT,
  ),
  HANRIG_IMAGE_NO_PAYLOAD: usage('The file ends with its header: there is no image to carry.'),
  HANRIG_IMAGE_NOT_FIRMWARE: usage('Give the firmware file itself.', RAW_HINT),
  HANRIG_IMAGE_TO_TAKE_APART: usage('Give the image that is in the file.', RAW_HINT),
  HANRIG_IMAGE_WRAPPED: usage(
    'Add --unwrap, or take it out with `hanrig image unwrap FILE --out NEW`.',
    RAW_HINT,
  ),
  HANRIG_IMAGE_NO_OTA_INSIDE: usage('Leave --unwrap out to read the file as it is.'),
  HANRIG_IMAGE_OTHER_LOADER: policy(
    'Give the image in the form that this loader takes.',
    'To send the bytes as they are, add --format raw.',
  ),
  HANRIG_HEX_BAD_RECORD: usage(
    'Each line of an Intel HEX file is a colon and an even run of hex digits.',
    'Of several files joined to one, --range FROM..TO takes the addresses that it names.',
  ),
  HANRIG_HEX_BAD_CHECKSUM: usage(DAMAGED_HINT, RAW_HINT),
  HANRIG_HEX_NO_END: usage('The last record must be the end record :00000001FF.', DAMAGED_HINT),
  HANRIG_SREC_BAD_RECORD: usage(
    'Each line of an S-record file is S, a digit 0-9 and hex digit pairs.',
    'Of several files joined to one, --range FROM..TO takes the addresses that it names.',
  ),
  HANRIG_SREC_BAD_CHECKSUM: usage(DAMAGED_HINT, RAW_HINT),
  HANRIG_SREC_BAD_COUNT: usage(DAMAGED_HINT, RAW_HINT),
  HANRIG_SREC_NO_END: usage('The last record must be S7, S8 or S9.', DAMAGED_HINT),
  HANRIG_ADDRESS_OVERLAP: usage(
    'Two records write different octets to one address: link the image again.',
  ),
  HANRIG_ADDRESS_SPAN: usage(
    'Take one area with --range FROM..TO, such as --range 0x08000000..0x0807ffff, both included.',
    'Or leave option bytes, configuration words and other far sections out when exporting.',
  ),
  HANRIG_PART_NONE: usage('Give join the directory that `hanrig image split` wrote.'),
  HANRIG_PART_DAMAGED: usage('Copy that part again from where the image was split.'),
  HANRIG_PART_MISSING: usage(
    'Copy the missing parts into the directory; their order and names do not matter.',
  ),
  HANRIG_PART_MIXED: usage('Keep the parts of one image only in the directory.'),
  HANRIG_PART_MISMATCH: usage(
    'The parts are sound but do not give the image that was split: split it again.',
  ),
  HANRIG_KEY_UNUSABLE: usage(
    'Give a PEM file with a P-256 key (openssl ecparam -name prime256v1).',
  ),
  HANRIG_STORE_IN_USE: {
    exit: EXIT_IN_USE,
    hints: ['Another hanrig uses this store: wait for it to end, or choose another --store.'],
  },
  HANRIG_STORE_UNUSABLE: usage(
    'Check the directory and its free space, or choose another --store.',
  ),
  HANRIG_STORE_DAMAGED: {
    exit: EXIT_DEVICE,
    hints: ['Remove the named file: the image is then received again from the first block.'],
  },
  HANRIG_SCENARIO_UNKNOWN: usage(
    'List the ready ones with `hanrig scenarios`; a path names your own.',
  ),
  HANRIG_SCENARIO_INVALID: usage(
    'See docs/scenario.schema.json for what a scenario may hold; editors complete by it.',
  ),

  HANRIG_PORTFOLIO_INVALID: usage(
    'A CSV needs the columns supplier, devices and image; `hanrig campaign plan --example` prints one.',
    'See docs/portfolio.schema.json for what a portfolio in YAML may hold; editors complete by it.',
  ),
  HANRIG_BOARD_NO_EMULATOR: usage(
    'Install it beside hanrig: npm install rp2040js@1.4.1 (virtual:wasm runs the same agent and needs nothing).',
  ),
  HANRIG_BOARD_PATH: usage(
    'The virtual boards and their settings, such as virtual:wasm?baud=115200, are in docs/boards.md.',
  ),
  HANRIG_STICK_PORT_IN_USE: {
    exit: EXIT_IN_USE,
    hints: ['Choose another port with --listen tcp:127.0.0.1:PORT, or end what uses this one.'],
  },
  HANRIG_STICK_PORT_UNUSABLE: usage(
    'Give an address of this machine: --listen tcp:127.0.0.1:20108.',
  ),
  HANRIG_STICK_PTY_UNAVAILABLE: usage(
    'Install socat (Debian: apt-get install socat), or have the host connect over TCP.',
  ),
  HANRIG_STICK_STATE_UNUSABLE: usage(
    'Start without --state, or remove the file: the network is then formed anew.',
  ),
  HANRIG_EVENTS_INVALID: usage(
    'The columns of an event are in docs/SPEC.md; `hanrig alerts generate` writes a sample.',
    'With --skip-bad such rows are counted and left out.',
  ),
  HANRIG_EVENTS_UNORDERED: usage(
    'Sort the events by time, and give several files in the order of their time.',
    'With --skip-bad such rows are counted and left out.',
  ),
  HANRIG_TRACKER_FULL: usage(
    'Give more room with --track; a record takes 35 octets and is kept for a day after its time.',
  ),
  HANRIG_PLAN_TOO_LARGE: usage(
    'Wishes for few devices a day make many batches: raise perDay, or lower --horizon.',
  ),
  HANRIG_SNAPSHOT_DAMAGED: usage('Take the snapshot again with the same version of hanrig.'),
  HANRIG_INTERRUPTED: {
    exit: EXIT_INTERRUPTED,
    hints: ['Run the same command again: what the board holds is not sent a second time.'],
  },
  HANRIG_PORT_ADDRESS: usage(
    'Write a device (/dev/ttyUSB0, COM3), tcp://host:port, rfc2217://host:port or virtual:wasm.',
  ),
  HANRIG_PORT_NOT_FOUND: usage(
    'Check that the board is plugged in; `hanrig boards` lists the ports.',
  ),
  HANRIG_PORT_CHOICE: usage(
    'Name each port with --port; `hanrig boards` says what is where, virtual:wasm needs no board.',
  ),
  HANRIG_PORT_DENIED: usage(
    'Add yourself to that group (sudo usermod -aG GROUP $USER) and log in again; `hanrig doctor` checks.',
  ),
  HANRIG_PORT_NODE: usage(
    'Use Node 22.18 to 26.3 until node-serialport#3148 is mended; tcp:// and virtual: ports work with this one.',
  ),
  HANRIG_PORT_BUSY: {
    exit: EXIT_IN_USE,
    hints: ['End the program that has the port open, or wait for it.'],
  },
  HANRIG_PORT_UNUSABLE: device('Is it a serial port? `hanrig boards` lists those that are.'),
  HANRIG_PORT_UNREACHABLE: device('Check host and port, and that the serial server runs there.'),
  HANRIG_PORT_GONE: device(
    'Plug the board in and run the command again, or let it wait with --wait: it continues.',
  ),
  HANRIG_PORT_STALLED: timeOut(
    'Something holds the line: flow control, a stopped board, a hung adapter. Unplug it and plug it in again.',
  ),
  HANRIG_BOARD_SILENT: timeOut(
    'Check power, speed (--baud) and that the board’s agent or bootloader runs; then try --protocol.',
  ),
  HANRIG_END_UNANSWERED: timeOut(
    'The image is most likely there: ask the board. Some bootloaders start it at once and answer no more.',
    'On a pseudo terminal lrzsz’s rx flushes its own last answer.',
  ),
  HANRIG_TRANSFER_CANCELLED: device('The receiver’s own console may say why.'),
  HANRIG_TRANSFER_FAILED: device('The line is bad, or the receiver speaks another protocol.'),
  HANRIG_BOARD_STUCK: timeOut('Reset the board; its own log, in the report, may say more.'),
  HANRIG_POOL_NONE: usage(
    'Name the file with --pool or HANRIG_POOL, or put hanrig.pool.yaml beside the scenario.',
  ),
  HANRIG_POOL_INVALID: usage(
    'See docs/pool.schema.json for what a pool file may hold; editors complete by it.',
  ),
  HANRIG_POOL_NO_BOARD: usage('List the boards of the pool with `hanrig boards --pool FILE`.'),
  HANRIG_BOARD_LEASED: {
    exit: EXIT_IN_USE,
    hints: ['Wait longer with --wait, or ask for a tag that more boards have.'],
  },
  HANRIG_SWITCH_FAILED: device('Run the switch’s command by hand: it must end with 0.'),
  HANRIG_SWITCH_STUCK: timeOut(
    'Does the command ask for something? Give it a longer timeout in the pool file if it is only slow.',
  ),
  HANRIG_HERDSMAN_MISSING: usage(
    'Run `npm install zigbee-herdsman@10.9.5` beside hanrig (with -g, where hanrig is installed so).',
    'It is an optional peer: no other command needs it.',
  ),
  HANRIG_STICK_SILENT: timeOut(
    'Check that the port is the stick’s, its firmware is a coordinator’s and --adapter and --baud fit it.',
    'Unplug the stick and plug it in again: a host that was killed may have left it in the middle.',
  ),
  HANRIG_STICK_FAILED: device('Run the command with --verbose for what zigbee-herdsman says.'),
  HANRIG_STICK_LOST: device(
    'Plug the stick in and run the command again: a device goes on with a download where it was.',
  ),
  HANRIG_HAN_NONE: usage('Form one with `hanrig han form`, or name the directory with --data.'),
  HANRIG_HAN_EXISTS: usage(
    'Use it as it is, or choose another directory with --data for another network.',
  ),
  HANRIG_HAN_DATA_UNUSABLE: usage('Check the directory’s permissions and free space.'),
  HANRIG_HAN_DATA_DAMAGED: usage(
    'Restore the file, or form a new network in another directory: its devices have to join again.',
  ),
  HANRIG_HAN_DATA_IN_USE: {
    exit: EXIT_IN_USE,
    hints: ['Another hanrig uses this network: wait for it to end.'],
  },
  HANRIG_DEVICE_UNKNOWN: usage(
    'List the devices with `hanrig han list`; let one join with `hanrig han join`.',
  ),
  HANRIG_DEVICE_NO_OTA: device(
    'The device’s simple descriptor must list cluster 0x0019 among its output clusters.',
  ),
  HANRIG_DEVICE_SILENT: timeOut(
    'Is the device powered and in range? One that sleeps may need a longer --patience, or a button pressed.',
  ),
  HANRIG_DEVICE_REFUSED: device(
    'INVALID_IMAGE means that the device’s own check failed: signature, hash, hardware or type.',
  ),
  HANRIG_DEVICE_RUNS_OLD: device(
    'The device did not start on the image, or went back to the old one; its own log may say why.',
    'A device that waits for a command before it changes is no failure: add --no-verify.',
  ),
  HANRIG_JOIN_TIMEOUT: timeOut(
    'Reset the device so that it looks for a network, and give it longer with --seconds.',
  ),
  HANRIG_UPDATE_WRONG_DEVICE: policy('See what the image is for with `hanrig image inspect`.'),
  HANRIG_UPDATE_DOWNGRADE: policy('If it is meant, add --allow-downgrade.'),
  HANRIG_PAGE_PAST_END: device(
    'Have the device clip its last page to the image’s size, or use block requests.',
  ),
  HANRIG_IMAGE_NOT_OTA: usage('Wrap the binary with `hanrig image build`.'),
  HANRIG_IMAGE_NOT_CARRIED: usage(
    'One octet more or less of padding in the Manufacturer Image moves what it stumbles over.',
  ),
  HANRIG_BOARD_MISMATCH: policy('Flash the image that was built for this board.'),
  HANRIG_BOARD_SLOT: policy('Build a smaller image; `hanrig boards` tells the size of the slot.'),
  HANRIG_BOARD_DOWNGRADE: policy('Add --allow-downgrade if that is what you want.'),
  HANRIG_BOARD_BUSY: {
    exit: EXIT_IN_USE,
    hints: ['The board is at another job: wait for it, or restart the board.'],
  },
  HANRIG_BOARD_FAILED: device('The board’s own log, with --verbose, may say why.'),
  HANRIG_BOARD_HASH: device(
    'Run the command again; if it stays so, the board’s flash is worn or damaged.',
  ),
  HANRIG_BOARD_NOT_RUNNING: device('The board’s own log may say why; what ran before still does.'),
  HANRIG_BOARD_PROTOCOL: device(
    'Update hanrig, or the agent on the board: they share no version of the protocol.',
  ),
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERRORS

/** A refusal for people and scripts: code, one sentence, hints, exit code. */
export class HanrigError extends Error {
  readonly code: ErrorCode
  readonly hints: readonly string[]
  readonly exit: number

  /** @param sentence one sentence that says what is wrong with what, ending in a full stop. */
  constructor(code: ErrorCode, sentence: string) {
    super(sentence)
    this.name = 'HanrigError'
    this.code = code
    this.hints = ERRORS[code].hints
    this.exit = ERRORS[code].exit
  }
}
