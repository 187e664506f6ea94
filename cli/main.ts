#!/usr/bin/env node
// The door: refuses a Node that is too old before anything newer is loaded, then runs the command line.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `hanrig needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      '  hint: npx -p node@24 -p hanrig hanrig runs it with a newer Node and installs nothing.\n',
  )
  process.exit(2)
}

const argv = process.argv.slice(2)
const { answersAtOnce } = await import('./at-once.ts')
if (!(await answersAtOnce(argv))) {
  const { main } = await import('./program.ts')
  process.exitCode = await main(argv)
}
