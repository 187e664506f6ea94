// stm32flash over the same paced line: a virtual STM32 at the end of a tty, whose other end it or hanrig opens.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPort } from '#hil/open/open'

export interface Bench {
  readonly tty: string
  /** Milliseconds from its start to its end. @throws when it does not verify. */
  stm32flash(image: Uint8Array): Promise<number>
  end(): Promise<void>
}

/** A virtual STM32 with these settings at the end of a tty. */
export async function benchOf(settings: string): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), 'hanrig-stm32-'))
  const [tty, other] = [join(dir, 'a'), join(dir, 'b')]
  const pty = (link: string) => `PTY,link=${link},raw,echo=0`
  const cable = spawn('socat', [pty(tty), pty(other)], { stdio: 'ignore' })
  while (!existsSync(tty) || !existsSync(other)) await sleep(10)
  const board = await openPort(`virtual:stm32?${settings}#${dir.replace(/\W/g, '')}`, {
    parity: 'even',
  })
  const end = await openPort(other)
  board.stream.pipe(end.stream)
  end.stream.pipe(board.stream)
  return {
    tty,
    stm32flash: async image => {
      const file = join(dir, 'image')
      writeFileSync(file, image)
      const begun = performance.now()
      // A pty has no parity; the board behind it is told of the line's by its own port.
      const args = ['-b', '115200', '-m', '8n1', '-w', file, '-v', tty]
      const child = spawn('stm32flash', args, { stdio: 'ignore' })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`stm32flash ended with ${code}`)
      return performance.now() - begun
    },
    end: async () => {
      await board.close()
      await end.close()
      cable.kill()
      await once(cable, 'exit')
      rmSync(dir, { recursive: true })
    },
  }
}
