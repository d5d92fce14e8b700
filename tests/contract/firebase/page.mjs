// The suite in a page: ?transport=ws|lp|upgrade&host=...&port=...&token=...
import { forceLongPolling, forceWebSockets, onValue, set } from 'firebase/database'
import { connect, run, until } from './clients.mjs'
import { queries } from './queries.mjs'
import { values } from './values.mjs'

const given = new URLSearchParams(location.search)
const transport = given.get('transport')
const where = { host: given.get('host'), port: Number(given.get('port')), token: given.get('token') }

// A browser opens six connections to one host, and one that polls takes two of them.
const polled = ['set, get, update, push, remove', 'listeners hear every change of others and of themselves once',
  'events of children', 'transactions of many clients are all counted', 'values of the server',
  '.info tells of the connection and the clock', 'what is left for the disconnect', 'offline and back']

const upgraded = {
  'a client that begins by polling goes on over a WebSocket': async () => {
    const heard = []
    const one = connect(where)
    onValue(one.at('upgraded'), (snapshot) => heard.push(snapshot.val()))
    for (let i = 0; i < 20; ++i) {
      await set(one.at('upgraded'), i)
      await new Promise((done) => setTimeout(done, 20))
    }
    await until(() => window.sockets === 1 && localStorage.getItem('firebase:previous_websocket_failure') === null,
      () => `${window.sockets} WebSockets`)
    for (let i = 20; i < 40; ++i) await set(one.at('upgraded'), i)
    await until(() => heard.at(-1) === 39, () => JSON.stringify(heard))
    if (heard.some((n, i) => i > 1 && n !== heard[i - 1] + 1)) throw new Error(`in order: ${heard}`)
    const polls = performance.getEntriesByType('resource').filter((each) => each.name.includes('/.lp?'))
    if (polls.length === 0) throw new Error('it never polled')
  },
}

if (transport === 'ws') forceWebSockets()
if (transport === 'lp') forceLongPolling()
if (transport === 'upgrade') localStorage.setItem('firebase:previous_websocket_failure', 'true')
const checks = transport === 'upgrade' ? upgraded
  : transport === 'lp' ? Object.fromEntries(polled.map((name) => [name, values[name]]))
    : { ...values, ...queries }
await run(checks, transport === 'lp' ? { ...where, hands: 2 } : where, (line) => console.log(line))
if (transport === 'ws' && window.sockets === 0) console.log('FAILED no WebSocket was ever opened')
