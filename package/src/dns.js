// Whether a domain leads somewhere, as the name servers of its zone say. Other resolvers would remember for half an hour that
// a domain has no address, and then not find the worker.
import { Resolver, lookup } from 'node:dns/promises'

const TIMEOUT_MS = 3000
const PORT = 53

/**
 * @param {string} domain
 * @param {string[]} nameServers of its zone
 * @param {number} [port]
 */
export async function hasAddress(domain, nameServers, port = PORT) {
  const servers = await Promise.all(nameServers.map((name) => lookup(name, { family: 4 }).catch(() => undefined)))
  const addresses = servers.flatMap((server) => (server && !isPlaceholder(server.address) ? [`${server.address}:${port}`] : []))
  if (addresses.length === 0) return false
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 })
  resolver.setServers(addresses)
  const found = await Promise.all([resolver.resolve4(domain).catch(() => []), resolver.resolve6(domain).catch(() => [])])
  return found.flat().some((address) => !isPlaceholder(address))
}

/**
 * Some proxies give every domain an address of 198.18.0.0/15, which is reserved for tests.
 *
 * @param {string} address
 */
function isPlaceholder(address) {
  return /^198\.1[89]\./.test(address)
}
