// phone_view.mjs RUNS: prints how long the page at PAGE takes to its first useful view, and an empty
// page of the same server. For tests/bench/phone_view.sh.
import { address, openPhone, startBrowser } from './phone.mjs'

const runs = Number(process.argv[2] ?? 10)
const browser = await startBrowser()

/// The ms from the beginning of a visit to the frame that shows the first of each of `marks`.
async function visit(url, marks) {
  const { context, page } = await openPhone(browser, { serviceWorkers: 'block' })
  await context.addInitScript((wanted) => {
    window.seen = {}
    const look = () => {
      for (const [name, selector] of Object.entries(wanted))
        if (!(name in window.seen) && document.querySelector(selector)) {
          window.seen[name] = undefined
          requestAnimationFrame(() => setTimeout(() => (window.seen[name] = performance.now())))
        }
    }
    new MutationObserver(look).observe(document, { childList: true, subtree: true })
  }, marks)
  await page.goto(url)
  await page.waitForFunction((names) => names.every((name) => window.seen[name] > 0), Object.keys(marks))
    .catch(async (error) => {
      throw new Error(`${url} shows: ${(await page.locator('body').innerText()).replaceAll('\n', ' | ').slice(0, 500)}`, { cause: error })
    })
  const seen = await page.evaluate(() => {
    const ended = (name) => performance.getEntriesByType('resource').find((each) => each.name.includes(name))?.responseEnd
    return { document: performance.getEntriesByType('navigation')[0].responseEnd, place: ended('/outcry.json'), signedIn: ended('/auth/passcode'), ...window.seen }
  })
  await context.close()
  return seen
}

const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]
const print = (name, ms) => console.log(`${name.padEnd(24)} ${median(ms).toFixed(0).padStart(6)} ms  (${ms.map((x) => x.toFixed(0)).join(' ')})`)

const empty = []
const full = []
// The first of each is for the server's and the browser's own caches.
for (let i = -1; i < runs; ++i) {
  const [one, other] = [await visit(`${address}empty.html`, { view: 'p' }), await visit(address, { card: 'article.bot', view: 'article.bot .price strong' })]
  if (i < 0) continue
  empty.push(one.view)
  full.push(other)
}
for (const name of ['document', 'place', 'signedIn', 'card']) print(`  ${name}`, full.map((each) => each[name] ?? 0))
print('first useful view', full.map((each) => each.view))
print('an empty page', empty)
console.log(`ratio                    ${(median(full.map((each) => each.view)) / median(empty)).toFixed(1).padStart(6)}`)
await browser.close()
process.exit(0)
