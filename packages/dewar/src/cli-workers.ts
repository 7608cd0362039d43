/** Processes that share a port: one that dies is replaced, and all of them end together. */
import cluster, { type Worker } from 'node:cluster'
import { untilStopped } from './cli-listen.ts'

/**
 * Starts workers with this process's command line and looks after them until a signal comes.
 *
 * @returns the exit status: 1 if the workers cannot start
 * @internal
 */
export async function superviseWorkers(count: number): Promise<number> {
  cluster.setupPrimary({ args: process.argv.slice(2) })
  let stopping = false
  let announced = false
  const failed = new Promise<number>((resolve) => {
    const start = (): void => {
      let isUp = false
      const worker = cluster.fork()
      worker.on('message', (message: unknown) => {
        if (!isReady(message)) return
        isUp = true
        if (announced) return
        announced = true
        process.stdout.write(`Ready on ${message.ready} with ${count} workers\n`)
      })
      worker.on('exit', (code, signal) => {
        if (stopping) return
        process.stderr.write(`Worker ${worker.process.pid} ended with ${signal ?? code}.\n`)
        // What keeps one from starting would keep the next.
        if (isUp) start()
        else resolve(1)
      })
    }
    for (let i = 0; i < count; i++) start()
  })
  const status = await Promise.race([failed, untilStopped().then(() => 0)])
  stopping = true
  await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && stop(worker)))
  return status
}

function stop(worker: Worker): Promise<void> {
  if (worker.isDead()) return Promise.resolve()
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.process.kill('SIGTERM')
  })
}

function isReady(message: unknown): message is { readonly ready: string } {
  return typeof message === 'object' && message !== null && 'ready' in message
}
