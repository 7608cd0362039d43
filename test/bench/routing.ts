/**
 * Matching speed, beside the peers and in the same run: `taskset -c 1 node test/bench/routing.ts`.
 *
 * Every request has a path of its own, made from bytes as a server makes it, so that no router profits from a string
 * it has seen before; the time of making it is measured alone and taken off.
 */
import { dewar, type Find, peers, type Router } from './routing-routers.ts'
import { githubRoutes, routesOf } from './routing-rules.ts'

/** Requests of one kind: method and path, whose digits differ from request to request. */
interface Kind {
  readonly name: string
  readonly method: string
  readonly path: string
}

/** What Node reads request heads with. */
type Bytes = Buffer & { latin1Slice(start: number, end: number): string }

const rounds = 10
const paths = 1 << 12
let sink: unknown

/** The same path with other digits for the last number in it, as bytes. */
function variants(path: string): Bytes[] {
  return Array.from({ length: paths }, (_, index) =>
    Buffer.from(
      path.replace(/\d+(?=[^\d]*$)/, (digits) => String(index).padStart(4, '0').slice(-digits.length)),
    ),
  ) as Bytes[]
}

/** Nanoseconds of processor time for each call: the best of some rounds. */
function time(find: Find, method: string, buffers: readonly Bytes[], calls: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = process.threadCpuUsage()
    for (let i = 0; i < calls; i++) {
      const bytes = buffers[i & (paths - 1)] as Bytes
      sink = find(method, bytes.latin1Slice(0, bytes.length))
    }
    const { user, system } = process.threadCpuUsage(start)
    best = Math.min(best, ((user + system) * 1000) / calls)
  }
  return best
}

function measure(find: Find, { method, path }: Kind, calls: number): number {
  const buffers = variants(path)
  return time(find, method, buffers, calls) - time((_, text) => text, method, buffers, calls)
}

function kindsOf(count: number): Kind[] {
  const last = `resource${Math.floor((count - 1) / 10)}`
  return [
    { name: 'static, first', method: 'GET', path: '/resource0/search' },
    { name: 'static, last', method: 'GET', path: `/${last}/search` },
    { name: '1 number, first', method: 'GET', path: '/resource0/4242' },
    { name: '1 number, last', method: 'GET', path: `/${last}/4242` },
    { name: '3 parameters', method: 'GET', path: `/${last}/42/tags/news/uses/4242` },
    { name: 'miss', method: 'GET', path: `/${last}/42/nothing/4242` },
  ]
}

const githubKinds: readonly Kind[] = [
  { name: 'static', method: 'GET', path: '/user/starred' },
  { name: '1 parameter', method: 'GET', path: '/users/octocat1234/events' },
  { name: '2 parameters', method: 'GET', path: '/repos/octocat/hello1234' },
  { name: '3 with a number', method: 'GET', path: '/repos/octocat/hello/issues/1234/comments' },
  { name: 'miss', method: 'GET', path: '/repos/octocat/hello/nothing/1234' },
]

function row(name: string, cells: readonly (string | number)[]): void {
  const shown = cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(0) : cell).padStart(18))
  console.log(name.padEnd(18) + shown.join(''))
}

function table(
  title: string,
  routes: Parameters<Router['build']>[0],
  kinds: readonly Kind[],
): Map<string, number> {
  const scan = routes.length > 1000 ? peers.slice(0, -1) : peers
  const routers = [dewar, ...scan]
  console.log(`\n${title} (ns a match)`)
  row(
    '',
    routers.map(({ name }) => name),
  )
  const built = routers.map((router) => router.build(routes))
  const own = new Map<string, number>()
  for (const kind of kinds) {
    const times = built.map((find, index) =>
      measure(
        find,
        kind,
        routers[index]?.name === 'path-to-regexp scan' && routes.length > 200 ? 2000 : 100_000,
      ),
    )
    own.set(kind.name, times[0] ?? 0)
    row(kind.name, times)
  }
  return own
}

function compileTime(): void {
  const routes = routesOf(10_000)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const start = performance.now()
  const find = dewar.build(routes)
  const took = performance.now() - start
  globalThis.gc?.()
  const bytes = process.memoryUsage().heapUsed - before
  sink = find
  console.log(`\n10000 rules compiled in ${took.toFixed(0)} ms`)
  if (globalThis.gc !== undefined) console.log(`memory: ${(bytes / 10_000).toFixed(0)} bytes a rule`)
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10, 100, 1000, 10_000]
const own = sizes.map((count) => table(`${count} rules`, routesOf(count), kindsOf(count)))
table("GitHub's API", githubRoutes, githubKinds)
console.log('\n10000 rules against 10')
for (const [name, time] of own.at(-1) ?? []) row(name, [`${(time / (own[0]?.get(name) ?? 1)).toFixed(2)}x`])
compileTime()
if (sink === undefined) console.log('nothing was found')
