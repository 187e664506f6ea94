// `null` leaves a test out of coverage: block coverage slows hot loops about 45 times and disturbs heap figures; an emulated
// CPU is one hot loop, and so are a thousand transfers. Tests that start the whole program dozens of times are left out,
// too: each start would be measured, and what they start is measured by the tests of its parts.
const PROGRAMS =
  'cli/(alerts|bad-input|boards|campaign|cancel|endings|flash|gbcs|hostile|image|one-truth|outputs|run|scenarios|sheets|simulate|trust)|house/package|hil/rig/rig|hil/host/absent'
const LEFT_OUT = new RegExp(
  `^test/(core/allocation|emulators/home/allocation|bench/|hil/board/pico|hil/flash/cuts|${PROGRAMS})`,
)
export default file => (LEFT_OUT.test(file) ? null : [])
