// A DID directory, a PDS and, if asked for, an AppView on 127.0.0.1, with two accounts, for tests.
//
// Reads its settings as JSON from the one argument: {"pdsPort", "plcPort", "folder", "names"}, and for the
// AppView {"appview": {"port", "postgres", "redis"}}. Prints one line of JSON when it is ready. Ends when its standard input closes, so that no server outlives the test run that started it.
import dns from 'node:dns'
import { createRequire } from 'node:module'
import net from 'node:net'
import { pathToFileURL } from 'node:url'

const settings = JSON.parse(process.argv[2])

// Both servers listen without naming an address, which would open them to every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  const wish = typeof where === 'object' && where !== null ? where : { port: Number(where) }
  return listen.call(this, { ...wish, host: '127.0.0.1' }, rest.find((each) => typeof each === 'function'))
}

// Names that are on no name server, and are this machine.
const lookup = dns.lookup
dns.lookup = (name, ...rest) => lookup(settings.names.includes(name) ? '127.0.0.1' : name, ...rest)

// This file lives outside the folder that npm filled: resolve the package from there.
const installed = createRequire(`${process.cwd()}/`)
const { TestBsky, TestPds, TestPlc, mockNetworkUtilities } = await import(
  pathToFileURL(installed.resolve('@atproto/dev-env'))
)

const plc = await TestPlc.create({ port: settings.plcPort })
const appview = settings.appview && (await TestBsky.create({
  port: settings.appview.port,
  plcUrl: plc.url,
  pdsPort: settings.pdsPort,
  repoProvider: `ws://localhost:${settings.pdsPort}`,
  dbPostgresUrl: settings.appview.postgres,
  dbPostgresSchema: 'appview',
  redisHost: settings.appview.redis,
  // Of private settings such as mutes; nobody here has any.
  bsyncUrl: 'http://localhost:1',
  bsyncApiKey: 'none',
  rolodexIgnoreBadTls: true,
}))
const pds = await TestPds.create({
  port: settings.pdsPort,
  didPlcUrl: plc.url,
  hostname: 'localhost',
  dataDirectory: settings.folder,
  blobstoreDiskLocation: `${settings.folder}/blobs`,
  ...(appview && { bskyAppViewUrl: appview.url, bskyAppViewDid: appview.ctx.cfg.serverDid }),
})
mockNetworkUtilities(pds, appview ?? undefined)

async function account(name) {
  const agent = pds.getAgent()
  const password = `${name}-main-pass`
  const { data } = await agent.createAccount({ handle: `${name}.test`, email: `${name}@example.test`, password })
  const made = await agent.com.atproto.server.createAppPassword({ name: 'hub' })
  return { handle: data.handle, did: data.did, mainPassword: password, password: made.data.password }
}

const accounts = { alice: await account('alice'), bob: await account('bob') }
const addresses = { url: pds.url, directory: plc.url, appview: appview?.url ?? '' }
process.stdout.write(`${JSON.stringify({ ...addresses, accounts })}\n`)

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
