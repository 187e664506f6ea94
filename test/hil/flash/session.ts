// Steps at a port: what they do to it in their order, a board that comes back under another name, what a port cannot do.

import t from 'tap'
import { Place, Session } from '#hil/flash/session'
import { parseSequence } from '#hil/line/sequence'
import { openPort, type PortOptions } from '#hil/open/open'
import { Desk } from '../../helpers/usb-desk.ts'

const signal = new AbortController().signal

t.test('touch1200: the port is closed, and the board found under its new name', async t => {
  const desk = new Desk(t)
  desk.plugIn('ttyACM0', '1-2', '000a', 'E1')
  const done: string[] = []
  const open = async (address: string, line?: PortOptions) => {
    done.push(`open ${address.slice(-7)} ${line?.parity}`)
    const port = await openPort('virtual:wasm#touched')
    return {
      ...port,
      address,
      stream: port.stream,
      setLines: async (lines: object) => done.push(JSON.stringify(lines)) > 0,
      setBaudRate: async (rate: number) => done.push(String(rate)) > 0,
      close: async () => {
        done.push('close')
        await port.close()
        desk.unplug('ttyACM0', '1-2')
        setTimeout(() => desk.plugIn('ttyACM4', '1-2', '0003', 'E1'), 100)
      },
    }
  }
  const place = new Place(desk.path('ttyACM0'), desk.tree)
  const options = { open, line: { parity: 'even' }, signal } as const
  const session = await Session.open(place, options, () => undefined)
  for (const step of parseSequence('touch1200')) await session.do(step)
  t.same(done, ['open ttyACM0 even', '1200', '{"dtr":false}', 'close', 'open ttyACM4 even'])
  t.match(place.otherName, /ttyACM4$/)
})

t.test('what a port cannot do is refused with its reason', async t => {
  const open = async (address: string) => {
    const port = await openPort('virtual:wasm#poor')
    const none = { setLines: async () => false, setBaudRate: async () => false }
    return { ...port, ...none, address, stream: port.stream, close: () => port.close() }
  }
  const place = new Place('tcp://rig:1')
  const session = await Session.open(place, { open, line: {}, signal }, () => undefined)
  for (const [step, says] of [
    ['D1', /tcp:\/\/rig:1 has no modem lines/],
    ['B1200', /no speed of 1200 bit\/s/],
  ] as const) {
    await t.rejects(session.do(parseSequence(step)[0]!), {
      code: 'HANRIG_PORT_CANNOT',
      message: says,
    })
  }
  await session.close()
})
