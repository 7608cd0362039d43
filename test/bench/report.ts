/** From rounds to a table. */

/** One server's run in one round. */
export interface Run {
  readonly server: string
  readonly round: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Processor time of the server for each request, in microseconds. */
  readonly cpuPerRequest: number
  /** The part of its core that the server used. */
  readonly busy: number
}

/** A server's medians over the rounds. */
export interface Summary {
  readonly server: string
  readonly perSecond: number
  /** Median of the ratios to raw node:http in the same round. */
  readonly ofRaw: number
  readonly p50: number
  readonly p99: number
  readonly cpuPerRequest: number
  /** Median of the ratios of processor time: raw's over this one's, in the same round. */
  readonly cpuOfRaw: number
  readonly busy: number
}

/**
 * The middle value; the mean of the two middle ones if there are two.
 *
 * @param values at least one number
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Sums up the rounds of one scenario.
 *
 * @param runs all runs, raw's among them
 * @returns one line a server, in order of appearance
 */
export function summarize(runs: readonly Run[]): readonly Summary[] {
  const servers = [...new Set(runs.map(({ server }) => server))]
  return servers.map((server) => {
    const own = runs.filter((run) => run.server === server)
    const rawOf = ({ round }: Run) => runs.find((run) => run.server === 'raw' && run.round === round)
    const ratios = (ratio: (run: Run, raw: Run) => number) =>
      median(
        own.map((run) =>
          ratio(run, rawOf(run) ?? { ...run, perSecond: Number.NaN, cpuPerRequest: Number.NaN }),
        ),
      )
    return {
      server,
      perSecond: median(own.map((run) => run.perSecond)),
      ofRaw: ratios((run, raw) => run.perSecond / raw.perSecond),
      p50: median(own.map((run) => run.p50)),
      p99: median(own.map((run) => run.p99)),
      cpuPerRequest: median(own.map((run) => run.cpuPerRequest)),
      cpuOfRaw: ratios((run, raw) => raw.cpuPerRequest / run.cpuPerRequest),
      busy: median(own.map((run) => run.busy)),
    }
  })
}

/**
 * Writes a scenario's table.
 *
 * @param title the scenario's title
 * @param summaries one line a server
 */
export function table(title: string, summaries: readonly Summary[]): string {
  const head = ['server', 'req/s', 'of raw', 'CPU µs/req', 'CPU of raw', 'core busy', 'p50 ms', 'p99 ms']
  const rows = summaries.map((line) => [
    line.server,
    Math.round(line.perSecond).toLocaleString('en'),
    line.ofRaw.toFixed(2),
    line.cpuPerRequest.toFixed(1),
    line.cpuOfRaw.toFixed(2),
    `${Math.round(line.busy * 100)} %`,
    String(line.p50),
    String(line.p99),
  ])
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  return [title, line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
