// A DID directory and a PDS on 127.0.0.1 with two accounts, for tests.
//
// Reads its settings as JSON from the one argument: {"pdsPort", "plcPort", "folder", "names"}. Prints one line of JSON when
// it is ready. Ends when its standard input closes, so that no server outlives the test run that started it.
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
const { TestNetworkNoAppView } = await import(pathToFileURL(installed.resolve('@atproto/dev-env')))

const network = await TestNetworkNoAppView.create({
  plc: { port: settings.plcPort },
  pds: {
    port: settings.pdsPort,
    hostname: 'localhost',
    dataDirectory: settings.folder,
    blobstoreDiskLocation: `${settings.folder}/blobs`,
  },
})

async function account(name) {
  const agent = network.pds.getAgent()
  const password = `${name}-main-pass`
  const { data } = await agent.createAccount({ handle: `${name}.test`, email: `${name}@example.test`, password })
  const made = await agent.com.atproto.server.createAppPassword({ name: 'hub' })
  return { handle: data.handle, did: data.did, mainPassword: password, password: made.data.password }
}

const accounts = { alice: await account('alice'), bob: await account('bob') }
process.stdout.write(`${JSON.stringify({ url: network.pds.url, directory: network.plc.url, accounts })}\n`)

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
