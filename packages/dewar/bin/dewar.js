#!/usr/bin/env node
import { main } from 'dewar/cli'

process.exitCode = await main(process.argv.slice(2))
