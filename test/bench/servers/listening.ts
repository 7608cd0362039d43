/** What every server tells the benchmark: its port when it listens, its processor time when asked. */

/**
 * Reads which scenario this process is to serve.
 *
 * @returns the first argument
 */
export function wantedScenario(): string {
  return process.argv[2] ?? 'plaintext'
}

/**
 * Tells the parent the port and stays at its service.
 *
 * @param port where the server listens
 */
export function announce(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system })
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ port })
}
