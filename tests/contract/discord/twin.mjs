// discord-digital-twin with one channel, told what to do by requests to a port of its own.
import { createServer } from 'node:http'
import { DigitalDiscord } from 'discord-digital-twin'

const twin = new DigitalDiscord({
  botToken: process.env.TOKEN,
  guild: { name: 'callers' },
  channels: [{ name: 'calls', type: 0 }],
  users: [{ username: 'caller' }],
})
await twin.start()
const [channel] = await twin.prisma.channel.findMany()
const channelId = channel.id
const userId = await twin.getFirstNonBotUserId()

const deeds = {
  say: async (of) => (await twin.simulateUserMessage({ channelId, userId, content: of.get('text') })).id,
  edit: async (of) =>
    (await twin.simulateUserMessageEdit({ channelId, messageId: of.get('id'), content: of.get('text') })).id,
  remove: async (of) => {
    await twin.simulateUserMessageDelete({ channelId, messageId: of.get('id') })
    return of.get('id')
  },
}
createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1')
  try {
    response.end(await deeds[url.pathname.slice(1)](url.searchParams))
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(Number(process.env.CONTROL), '127.0.0.1', () =>
  console.log('up', new URL(twin.restUrl).port, channelId, userId))
