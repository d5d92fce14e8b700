// How long a set of one client of the official SDK takes to another one's onValue:
// firebase_travel.mjs SETS, with HOST, PORT and TOKEN in the environment. Prints microseconds, one
// line for each set.
import { onValue, set } from 'firebase/database'
import { connect } from './clients.mjs'

const { HOST: host, PORT: port, TOKEN: token } = process.env
const count = Number(process.argv[2])
const warm_up = 50
const writer = connect({ host, port: Number(port), token })
const reader = connect({ host, port: Number(port), token })

let heard = () => {}
await new Promise((ready) => {
  onValue(reader.at('bench/price'), (found) => {
    heard(found.val())
    ready()
  })
})
const times = []
for (let i = 1; i <= count + warm_up; ++i) {
  const arrived = new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`set ${i} never arrived`)), 30_000)
    heard = (value) => {
      if (value !== i) return fail(new Error(`expected ${i}, heard ${value}`))
      clearTimeout(late)
      done(process.hrtime.bigint())
    }
  })
  const start = process.hrtime.bigint()
  const written = set(writer.at('bench/price'), i)
  const end = await arrived
  await written
  if (i > warm_up) times.push(Number(end - start) / 1000)
}
for (const one of times) console.log(one.toFixed(1))
console.log('done')
process.exit(0)
