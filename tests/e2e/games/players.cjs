// Players on a Minecraft server. Reads "join NAME" and "leave NAME"; says "joined" and "left".
const { createInterface } = require('node:readline')
const { createBot } = require('mineflayer')

const port = Number(process.argv[2])
const players = new Map()

const acts = {
  join (name) {
    const player = createBot({
      host: '127.0.0.1', port, username: name, auth: 'offline', version: '1.16.5', viewDistance: 'tiny'
    })
    players.set(name, player)
    player.once('login', () => console.log(`joined ${name}`))
    player.once('end', () => console.log(`left ${name}`))
    player.on('error', error => console.error(name, error.message))
  },
  leave (name) {
    players.get(name).quit()
    players.delete(name)
  }
}

createInterface({ input: process.stdin }).on('line', line => {
  const [act, name] = line.trim().split(' ')
  acts[act](name)
})
