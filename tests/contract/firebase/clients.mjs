// Clients of the database under test: the official SDK as it is, in node and in a browser.
import { deleteApp, initializeApp } from 'firebase/app'
import * as sdk from 'firebase/database'

let count = 0
const apps = []

/// A client of its own: app, connection, cache. `token` undefined: one that has not signed in.
export function connect({ host, port, token }) {
  const app = initializeApp({ databaseURL: `http://${host}:${port}?ns=outcry` }, `client-${++count}`)
  const db = sdk.getDatabase(app)
  sdk.connectDatabaseEmulator(db, host, port, token ? { mockUserToken: token } : {})
  const made = { app, db, at: (path) => (path ? sdk.ref(db, path) : sdk.ref(db)) }
  apps.push(made)
  return made
}

export async function disconnect(client) {
  apps.splice(apps.indexOf(client), 1)
  sdk.goOffline(client.db)
  await deleteApp(client.app)
}

export async function disconnectAll() {
  while (apps.length > 0) await disconnect(apps[0])
}

/// Resolves once `ready()` is true; tells what was found last otherwise.
export async function until(ready, what) {
  const end = Date.now() + 30_000
  for (;;) {
    if (await ready()) return
    if (Date.now() > end) throw new Error(`waited in vain: ${typeof what === 'function' ? what() : what}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}

export function same(found, expected, what = 'value') {
  const [a, b] = [stable(found), stable(expected)]
  if (a !== b) throw new Error(`${what}: expected ${b.slice(0, 400)}, found ${a.slice(0, 400)}`)
}

function stable(value) {
  if (Array.isArray(value)) return `[${value.map(stable)}]`
  if (value === null || typeof value !== 'object') return String(JSON.stringify(value))
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${stable(value[key])}`)}}`
}

/// Runs `checks` (name -> async function) and prints a line for each.
export async function run(checks, environment, print) {
  for (const [name, check] of Object.entries(checks)) {
    let timer
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error('took longer than 120 s')), 120_000)
    })
    try {
      await Promise.race([check(environment), late])
      print(`ok ${name}`)
    } catch (error) {
      print(`FAILED ${name}: ${String(error?.stack ?? error).replaceAll('\n', ' | ')}`)
    }
    clearTimeout(timer)
    await disconnectAll()
  }
  print(`done ${Object.keys(checks).length}`)
}
