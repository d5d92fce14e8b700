// Discord's own client library on the API of the environment: one line for each thing it sees.
import { Client, Events, GatewayIntentBits } from 'discord.js'

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: process.env.API, version: '10', retries: 1 },
})

const say = (...words) => console.log(words.join(' '))

client.on(Events.ClientReady, (ready) => say('ready', ready.user.id))
client.on(Events.GuildCreate, (guild) => say('guild', guild.id))
client.on(Events.ShardReady, () => say('shard-ready'))
client.on(Events.ShardResume, (shard, replayed) => say('resumed', replayed))
client.on(Events.ShardReconnecting, () => say('reconnecting'))
client.on(Events.ShardDisconnect, (event) => say('disconnected', event.code))
client.on(Events.Error, (error) => say('error', error.message))
client.on(Events.MessageCreate, async (message) => {
  say('message', message.id, message.content)
  if (message.content !== 'fetch') return
  const page = await message.channel.messages.fetch({ after: '1', limit: 2 })
  say('page', [...page.values()].map((one) => one.content).join('|'))
})
client.on(Events.MessageUpdate, (before, after) => say('edited', after.id, after.content))
client.on(Events.MessageDelete, (message) => say('deleted', message.id))
client.on(Events.MessageBulkDelete, (messages) => say('bulk', messages.size))
client.on(Events.ThreadCreate, (thread) => say('thread', thread.id, thread.parentId))
client.on(Events.Debug, (text) => say('debug', text.replaceAll('\n', ' ')))

try {
  await client.login(process.env.TOKEN)
} catch (error) {
  say('refused', error.code ?? '', error.message)
  process.exit(0)
}
