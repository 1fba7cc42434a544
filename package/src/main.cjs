#!/usr/bin/env node
// Checks the version of Node.js before anything else is loaded. Versions since Node.js 10 parse this file, so that they get
// an explanation instead of a syntax error.
'use strict'

const OLDEST = { major: 22, minor: 12 }

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) {
  import('./start.js')
} else {
  const oldest = `${OLDEST.major}.${OLDEST.minor}`
  console.error(
    `mp-worker needs Node.js ${oldest} or newer, and this is ${process.versions.node}: install the LTS version from https://nodejs.org.\n` +
      `mp-worker 需要 Node.js ${oldest} 或更高版本，当前为 ${process.versions.node}：请从 https://nodejs.org 安装 LTS 版本。`,
  )
  process.exitCode = 1
}
