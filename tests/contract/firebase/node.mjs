// The suite in node: node.mjs GROUP, with HOST, PORT and TOKEN in the environment.
import { queries } from './queries.mjs'
import { run } from './clients.mjs'
import { values } from './values.mjs'

const { HOST: host, PORT: port, TOKEN: token } = process.env
const groups = { values, queries }
await run(groups[process.argv[2]], { host, port: Number(port), token }, (line) => console.log(line))
process.exit(0)
