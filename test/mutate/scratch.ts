// A copy of the tree in the temporary directory, in which mutants live and their tests run. The tree itself is never
// written to.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const LEFT_OUT = new Set(['node_modules', '.git', '.tap', 'dist'])
/** A mutant may take memory for ever; megabytes. */
const MOST_MEMORY = 2_048

export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'hanrig-mutate-'))
  readonly #stop: AbortSignal

  /** @param stop ends the test that runs. */
  constructor(tree: string, stop: AbortSignal) {
    this.#stop = stop
    cpSync(tree, this.root, { recursive: true, filter: path => !LEFT_OUT.has(basename(path)) })
    symlinkSync(join(tree, 'node_modules'), join(this.root, 'node_modules'))
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.root, file), text)
  }

  /** Runs a test file; true when it passed within `limit` ms. What it started ends with it. */
  async passes(test: string, limit: number): Promise<boolean> {
    const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning']
    const child = spawn(
      process.execPath,
      [...flags, `--max-old-space-size=${MOST_MEMORY}`, test],
      // A group of its own, so that no process of a mutant outlives it.
      {
        cwd: this.root,
        stdio: 'ignore',
        detached: true,
        env: { ...process.env, TAP_BAIL: '1' },
      },
    )
    const kill = (): void => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch (error) {
        // Nobody is left of the group.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    const timer = setTimeout(kill, limit)
    this.#stop.addEventListener('abort', kill)
    const [status] = await once(child, 'exit')
    this.#stop.removeEventListener('abort', kill)
    clearTimeout(timer)
    kill()
    this.#stop.throwIfAborted()
    return status === 0
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
