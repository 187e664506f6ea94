// The order of the house: a folder imports only folders that stand before it here (and its own files). One list, from below:
// what a floor is for stands in DESIGN. A room that is not in the list is refused, and so is one that is gone.

/** Folders whose files may import each other's and those of every folder before them. */
export const ORDER = [
  // core: no node: import, no dependency, no clock, no randomness
  'core/errors',
  'core/state',
  'core/bytes',
  'core/time',
  'core/eui64',
  'core/block',
  'core/image/content',
  'core/image',
  'core/ota',
  'core/power',
  'core/campaign',
  'core',
  // emulators: boxes made of core parts; node:crypto and files, no ports, no terminal
  'emulators/errors',
  'emulators/language',
  'emulators/profile',
  'emulators/crypto',
  'emulators/storage',
  'emulators/trace/events',
  'emulators/trace',
  'emulators/link',
  'emulators/service',
  'emulators/capture',
  'emulators/device',
  'emulators/scenario/schema',
  'emulators/scenario/read',
  'emulators/scenario',
  'emulators/zigbee',
  'emulators/home',
  'emulators/play',
  'emulators/campaign/portfolio',
  'emulators/campaign',
  'emulators/dsp-stream',
  'emulators',
  // images made from code
  'firmware-fixtures',
  'firmware-fixtures/board-agent',
  // hil: the real world
  'hil/errors',
  'hil/clock',
  'hil/line',
  'hil/serial',
  'hil/protocol',
  'hil/board',
  'hil/power',
  'hil/trust',
  'hil/pool',
  'hil/open',
  'hil/flash',
  'hil/host',
  'hil/stick',
  'hil/stick/znp',
  'hil/stick/deconz',
  'hil/stick/serve',
  'hil/rig',
  'hil',
  // cli: what people and scripts meet; one folder a command
  'cli/errors',
  'cli/output',
  'cli/options',
  'cli/drawing',
  'cli/doctor',
  'cli/image',
  'cli/boards',
  'cli/han',
  'cli/flash',
  'cli/alerts',
  'cli/run/report',
  'cli/run/story',
  'cli/run',
  'cli/stick',
  'cli/campaign/words',
  'cli/campaign/input',
  'cli/campaign/plan/report',
  'cli/campaign/plan',
  'cli/campaign/simulate/report',
  'cli/campaign/simulate',
  'cli/campaign',
  'cli',
  // what `import 'hanrig'` gets
  '.',
] as const

/** Folders that may import packages and node: modules; the core imports neither. */
export const BARE_FLOOR = 'core/'

/** The doors: each exports what is public of its floor, and stands after its rooms. Only the front door imports them. */
export const DOORS = ['core/index.ts', 'emulators/index.ts', 'hil/index.ts']
export const FRONT_DOOR = 'index.ts'
