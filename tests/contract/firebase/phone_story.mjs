// phone_story.mjs CHAPTER: the operator's day on the phone, with PAGE and PASSCODE in the environment.
import { address, ask, goTo, notice, openPhone, signIn, startBrowser, tell, until } from './phone.mjs'

const { PASSCODE: passcode } = process.env
const browser = await startBrowser()
const { context, page, problems } = await openPhone(browser)

const card = (ticker) => page.getByRole('article', { name: ticker })
const actor = (name) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
const button = (name) => page.getByRole('button', { name })
const outcome = (text) => page.getByRole('status').filter({ hasText: text })
const gone = (what) => what.waitFor({ state: 'detached' })

async function pick(verb, tickers) {
  await goTo(page, 'Send')
  await page.getByRole('radio', { name: verb, exact: true }).check()
  for (const ticker of tickers) await page.getByLabel(ticker, { exact: true }).check()
}

/// The prices of this bot's card move: what the page shows is alive.
async function moves(ticker) {
  const price = card(ticker).locator('.price strong')
  const first = await price.innerText()
  await until(async () => (await price.innerText()) !== first, `another price than ${first} of ${ticker}`)
}

/// A whole message, from the press to the last answer.
async function stopAndSee(tickers, counts) {
  await pick('Stop', tickers)
  await button('Send stop').click()
  await page.getByRole('heading', { name: `Stop ${tickers.join(', ')}` }).waitFor()
  await outcome(counts).waitFor()
}

const chapters = {
  commands: {
    'a wrong passcode is refused': async () => {
      await page.goto(address)
      await page.locator('input[type=password]').fill(`${passcode}!`)
      await button('Sign in').click()
      await page.getByRole('alert').getByText('That is not the passcode.').waitFor()
      // That the browser tells of the refusal is no fault of the page.
      problems.length = 0
    },
    'the passcode signs in and shows the three bots': async () => {
      await signIn(page, passcode)
      for (const ticker of ['AAPL', 'META', 'GOOGL']) await card(ticker).getByText('running').waitFor()
      await page.getByText('3 of 3').waitFor()
      await moves('AAPL')
    },
    'AAPL and META are picked, and the page says what will happen': async () => {
      await pick('Stop', ['AAPL', 'META'])
      await page.getByText(/^2 bots will act.*GOOGL will ignore\.$/).waitFor()
    },
    'two done and one ignored arrive': async () => {
      await button('Send stop').click()
      await page.getByRole('heading', { name: 'Stop AAPL, META' }).waitFor()
      await outcome('2 done, 1 ignored').waitFor()
      for (const [ticker, status] of [['AAPL', 'done'], ['META', 'done'], ['GOOGL', 'ignored']])
        await page.getByRole('listitem').filter({ hasText: `counter-${ticker}` }).getByText(status, { exact: true }).waitFor()
    },
    'the bots themselves have stopped': async () => {
      await goTo(page, 'Floor')
      for (const ticker of ['AAPL', 'META']) await card(ticker).getByText('stopped').waitFor()
      await card('GOOGL').getByText('running').waitFor()
    },
    'the actors say how they are, worst first, and can be found': async () => {
      await goTo(page, 'Actors')
      await page.getByRole('region', { name: 'Verdict' }).waitFor()
      await actor('bot:counter-GOOGL').getByText('running', { exact: true }).waitFor()
      await page.getByPlaceholder('Find actors').fill('pit:')
      await gone(actor('bot:counter-GOOGL'))
      for (const ticker of ['AAPL', 'META', 'GOOGL']) await actor(`pit:${ticker}`).waitFor()
      // A pit has handled prices: the figures are the floor's, not empty places.
      await until(async () => Number(await actor('pit:AAPL').getByRole('cell').nth(3).innerText()) > 0, 'prices at the pit')
      // What stands there can be sorted and found, and nothing else be done to it.
      const table = page.getByRole('table')
      if ((await table.getByRole('button').count()) !== (await table.locator('thead').getByRole('button').count()))
        throw new Error('a button on an actor')
    },
    'the logs tell it, after a reload too': async () => {
      await goTo(page, 'Logs')
      const line = page.getByRole('listitem').filter({ hasText: 'AAPL, META' })
      await line.getByText('2 done, 1 ignored').waitFor()
      await page.reload()
      await line.getByText('2 done, 1 ignored').waitFor()
      await line.getByRole('link').click()
      await page.getByRole('heading', { name: 'Stop AAPL, META' }).waitFor()
      await outcome('2 done, 1 ignored').waitFor()
    },
    'who has signed out sees nothing, and has to sign in again': async () => {
      await goTo(page, 'More')
      await button('Sign out').first().click()
      await page.locator('input[type=password]').waitFor()
      await page.goto(`${address}logs`)
      await page.locator('input[type=password]').waitFor()
      await page.getByRole('listitem').waitFor({ state: 'detached' })
    },
    'nothing went wrong underneath': () => none(problems),
  },

  offline: {
    'the page is open and kept for when there is no connection': async () => {
      await signIn(page, passcode)
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready
      })
      await none(problems)
    },
    'without a connection it says since when': async () => {
      await context.setOffline(true)
      await notice(page, /^Offline since \d.*\. What you see is from then\.$/).waitFor()
      for (const ticker of ['AAPL', 'META', 'GOOGL']) await card(ticker).waitFor()
    },
    'a start waits visibly, with its expiry': async () => {
      await pick('Start', ['META'])
      await button('Send start').click()
      await page.getByText('waits for the connection').waitFor()
      await page.getByText(/^dropped in 9:\d\d min$/).waitFor()
    },
    'a stop waits visibly, and never goes stale': async () => {
      await pick('Stop', ['AAPL'])
      await button('Send stop').click()
      await page.getByText('waits for the connection').waitFor()
      await page.getByText('never goes stale').waitFor()
    },
    'both wait through a reload without a connection': async () => {
      await page.goto(`${address}logs`)
      await page.getByRole('heading', { name: 'On this device' }).waitFor()
      await page.getByText('never goes stale').waitFor()
      await page.getByText(/^dropped in 9:\d\d min$/).waitFor()
    },
    'back, both arrive': async () => {
      await context.setOffline(false)
      for (const [verb, ticker] of [['Stop', 'AAPL'], ['Start', 'META']])
        await page.getByRole('listitem').filter({ hasText: `${verb} ${ticker}` }).getByText('1 done, 2 ignored').waitFor()
      await gone(page.getByRole('heading', { name: 'On this device' }))
      await goTo(page, 'Floor')
      await card('AAPL').getByText('stopped').waitFor()
      await gone(notice(page, ''))
    },
    'each exactly once': async () => {
      await goTo(page, 'Logs')
      await page.getByRole('listitem').nth(1).waitFor()
      const lines = await page.getByRole('listitem').count()
      if (lines !== 2) throw new Error(`${lines} messages instead of 2`)
    },
  },

  floor: {
    'the page is open': () => signIn(page, passcode),
    'a floor that has been killed is not heard': async () => {
      ask('kill floor')
      await notice(page, /^The floor has not been heard for \d+ s\.$/).waitFor()
    },
    'what is sent meanwhile waits for it': async () => {
      await pick('Stop', ['AAPL'])
      await button('Send stop').click()
      await outcome('waits for the floor').waitFor()
    },
    'started again it is heard by itself, and answers': async () => {
      ask('start floor')
      await outcome('1 done, 2 ignored').waitFor()
      await gone(notice(page, 'not been heard'))
      await goTo(page, 'Floor')
      await card('AAPL').getByText('stopped').waitFor()
      await moves('GOOGL')
      await stopAndSee(['GOOGL'], '1 done, 2 ignored')
    },
    'nothing went wrong underneath': () => none(problems),
  },

  firebase: {
    'the page is open': () => signIn(page, passcode),
    'a database that has been killed is missed': async () => {
      ask('kill firebase')
      await notice(page, /^Offline since /).waitFor()
    },
    'started again it is found by itself, and nobody has to sign in': async () => {
      ask('start firebase')
      await gone(notice(page, 'Offline'))
      await moves('AAPL')
      await stopAndSee(['META'], '1 done, 2 ignored')
    },
    'nor after a reload': async () => {
      await page.goto(address)
      await card('META').getByText('stopped').waitFor()
      await moves('AAPL')
    },
  },
}

function none(found) {
  if (found.length > 0) throw new Error(found.join(' | '))
}

await tell(chapters[process.argv[2]], page)
await browser.close()
process.exit(0)
