/** Processes that share a port: one that dies is replaced, and all of them end together. */
import cluster, { type Worker } from 'node:cluster'
import { untilStopped } from './cli-listen.ts'

/** A worker that dies sooner after its start, in milliseconds, has something wrong that a new one would have too. */
const shortestLife = 1000

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
      const started = performance.now()
      const worker = cluster.fork()
      worker.on('message', (message: unknown) => {
        if (announced || !isReady(message)) return
        announced = true
        process.stdout.write(`Ready on ${message.ready} with ${count} workers\n`)
      })
      worker.on('exit', (code, signal) => {
        if (stopping) return
        process.stderr.write(`Worker ${worker.process.pid} ended with ${signal ?? code}.\n`)
        if (performance.now() - started < shortestLife) resolve(1)
        else start()
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
