// A Minecraft 1.16.5 server on the given port; says "listening" when it is up.
const { createMCServer } = require('flying-squid')

const server = createMCServer({
  motd: 'Squid of the test',
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  'max-players': 10,
  'online-mode': false,
  logging: false,
  gameMode: 1,
  difficulty: 0,
  generation: { name: 'superflat', options: {} },
  kickTimeout: 10000,
  plugins: {},
  modpe: false,
  'view-distance': 2,
  'player-list-text': { header: { text: '' }, footer: { text: '' } },
  'everybody-op': false,
  'max-entities': 10,
  version: '1.16.5'
})
server.on('listening', () => console.log('listening'))
process.on('unhandledRejection', error => console.error(error))
