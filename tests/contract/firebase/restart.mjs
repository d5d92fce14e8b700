// A writer and a listener while the server is killed again and again: "kill N" asks for it.
import * as sdk from 'firebase/database'
import { connect, run, same, until } from './clients.mjs'

const { HOST: host, PORT: port, TOKEN: token } = process.env
const rounds = 3

const checks = {
  'acknowledged writes are there, and the listener goes on': async (where) => {
    const writer = connect(where)
    const listener = connect(where)
    const heard = []
    sdk.onValue(listener.at('n'), (snapshot) => heard.push(snapshot.val()))
    let acknowledged = 0
    let ended = false
    const writing = (async () => {
      for (let n = 1; !ended; ++n) {
        await sdk.set(writer.at('n'), n)
        await sdk.update(writer.at('all'), { [`k${n}`]: n })
        acknowledged = n
      }
    })()
    for (let round = 1; round <= rounds; ++round) {
      const before = acknowledged
      await until(() => acknowledged >= before + 20, `writes after round ${round - 1}: ${acknowledged}`)
      console.log(`kill ${round}`)
      const connected = []
      const stop = sdk.onValue(listener.at('.info/connected'), (snapshot) => connected.push(snapshot.val()))
      await until(() => connected.includes(false), 'the end of the connection')
      await until(() => connected.at(-1) === true, 'a new connection')
      stop()
    }
    const before = acknowledged
    await until(() => acknowledged >= before + 5, 'writes after the last round')
    ended = true
    await writing
    await until(() => heard.at(-1) === acknowledged, () => `heard ${heard.at(-1)} of ${acknowledged}`)
    const found = (await sdk.get(connect(where).at('all'))).val()
    same(Object.keys(found).length, acknowledged)
    same(heard.filter((n) => n !== null).every((n, i, all) => i === 0 || n >= all[i - 1]), true, 'never back')
  },
}
await run(checks, { host, port: Number(port), token }, (line) => console.log(line))
process.exit(0)
