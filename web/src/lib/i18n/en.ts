/** Every text of the interface. A text with a number in it uses plural forms: {n, plural, one {..} other {..}}. */
export const en = {
  // action
  "action.add": "Add",
  "action.back": "Back",
  "action.cancel": "Cancel",
  "action.clear": "Clear",
  "action.close": "Close",
  "action.copied": "Copied",
  "action.copy": "Copy",
  "action.create": "Create",
  "action.delete": "Delete",
  "action.dismiss": "Dismiss",
  "action.done": "Done",
  "action.edit": "Edit",
  "action.more": "Load more",
  "action.reload": "Reload the page",
  "action.remove": "Remove",
  "action.retry": "Try again",
  "action.save": "Save",
  "action.saved": "Saved",

  // alert
  "alert.agent_offline": "no link to the station",
  "alert.time_request": "asks for more time",
  "alert.unenforced": "unlocked without a session",

  // auth
  "auth.code": "Code",
  "auth.code.hint": "Six digits from the app, or a recovery code",
  "auth.ended": "Your sign-in has ended. Sign in to continue where you were.",
  "auth.forgot": "Forgot the password?",
  "auth.forgot.send": "Send the link",
  "auth.forgot.sent": "Look into your mail",
  "auth.forgot.sent.text": "If {email} has an account, a link is on its way. It works for a short time only.",
  "auth.forgot.text": "We send a link to set a new one.",
  "auth.haveAccount": "You have an account?",
  "auth.hint.demo": "This is a demo venue. The server printed the names and passwords when it started.",
  "auth.hint.setup": "This installation has no administrator yet. Create one on the server with “gameops admin create”.",
  "auth.identifier": "E-mail or user name",
  "auth.password": "Password",
  "auth.register": "Create an account",
  "auth.register.text": "See your time, wallet and packages on your phone.",
  "auth.register.title": "Your account",
  "auth.reset.done": "The new password is set. You can sign in now.",
  "auth.reset.noToken": "This link is incomplete. Ask for a new one.",
  "auth.reset.save": "Set the password",
  "auth.reset.title": "Set a new password",
  "auth.second.text": "Enter the code from your authenticator app, or one of your recovery codes.",
  "auth.second.title": "Second step",
  "auth.signIn": "Sign in",
  "auth.toSignIn": "Back to sign-in",
  "auth.verify": "Verify",

  // command
  "command.confirm": "{command}: {name}?",
  "command.done": "{name}: {command} done",
  "command.failed": "{name}: {command} failed",
  "command.idle": "Nobody plays there right now.",
  "command.inSession": "{player} is playing there right now.",
  "command.last": "Last commands",
  "command.launch": "Launch",
  "command.launch.text": "Program or game",
  "command.launch.title": "Launch on {name}",
  "command.lock": "Lock",
  "command.log_off": "Log off",
  "command.message": "Message",
  "command.message.text": "Text on the screen",
  "command.message.title": "Message to {name}",
  "command.reboot": "Restart",
  "command.screenshot": "Screenshot",
  "command.screenshot.of": "Screen of {name}",
  "command.send": "Send",
  "command.show": "Show",
  "command.shut_down": "Shut down",
  "command.state.acknowledged": "done",
  "command.state.expired": "no answer",
  "command.state.failed": "failed",
  "command.state.pending": "on its way",
  "command.unlock": "Unlock",

  // crash
  "crash.stale": "GameOps was updated. Reload to get the new version.",
  "crash.text": "The rest of GameOps still works. Nothing that was saved is lost.",
  "crash.title": "This page has failed",

  // customer
  "customer.banned": "Banned",
  "customer.noneFound": "Nobody found for “{q}”",
  "customer.unpick": "Choose somebody else",

  // end
  "end.back.original": "About {amount} are given back.",
  "end.back.wallet": "About {amount} go back to the wallet.",
  "end.charge": "To be paid now",
  "end.do": "End the session",
  "end.doCharge": "End and take {amount}",
  "end.done": "Session on {name} has ended",
  "end.left": "{left} are left.",
  "end.noRefund": "Give nothing back",
  "end.nothingBack": "Nothing is given back.",
  "end.package": "{left} stay in the package.",
  "end.reason": "Reason",
  "end.refunded": "{amount} given back",
  "end.title": "End {player} on {name}?",

  // error
  "error.server": "The server failed to answer (reference {id}).",
  "error.tooMany": "Too many attempts. Try again in {seconds, plural, one {# second} other {# seconds}}.",
  "error.unknown": "Something went wrong on this screen.",
  "error.unreachable": "The server cannot be reached. Nothing was changed.",

  // extend
  "extend.do": "Add {minutes} min",
  "extend.title": "Add time on {name}",

  // field
  "field.birth": "Date of birth",
  "field.birth.optional": "Born (optional)",
  "field.displayName": "Name",
  "field.email": "E-mail",
  "field.newPassword": "New password",
  "field.password.hint": "At least 10 characters",
  "field.phone": "Phone",
  "field.phone.optional": "Phone (optional)",
  "field.username": "User name",
  "field.username.hint": "Letters, digits, dots and dashes",

  // floor
  "floor.all": "All",
  "floor.allWell": "Nothing waits for you",
  "floor.asks": "Asks for {minutes} more minutes",
  "floor.attention": "Needs attention",
  "floor.editMap": "Arrange",
  "floor.emptyZone": "No stations in this zone",
  "floor.endingSoon": "Ending in 15 min",
  "floor.filter": "Filter",
  "floor.freeNow": "{n, plural, =0 {nothing free} one {# station free} other {# stations free}}",
  "floor.grid": "Grid",
  "floor.group": "Part of a group",
  "floor.growth": "{change} on this day last week",
  "floor.lastSeen": "seen {when}",
  "floor.linkLost": "Link to the station lost",
  "floor.map": "Map",
  "floor.noLink": "No link",
  "floor.noTariff": "no tariff",
  "floor.nobodyEnds": "Nobody",
  "floor.none.action": "Add stations",
  "floor.none.ask": "Ask somebody who manages the stations to add them.",
  "floor.none.text": "Add your zones and stations, then they appear here live.",
  "floor.none.title": "No stations yet",
  "floor.notSold": "not for sale",
  "floor.nothing": "No station matches this filter",
  "floor.occupancy": "Occupancy",
  "floor.outOfOrder": "Out of order",
  "floor.pick.none": "Every station is taken",
  "floor.pick.none.text": "The strip on top shows who ends in the next 15 minutes.",
  "floor.pick.title": "Which station?",
  "floor.rateNow": "{rate} now",
  "floor.ready": "Ready",
  "floor.startSession": "Start session",
  "floor.state.ending": "Ending",
  "floor.state.free": "Free",
  "floor.state.inSession": "In session",
  "floor.state.maintenance": "Out of order",
  "floor.state.offline": "Offline",
  "floor.state.paused": "Paused",
  "floor.state.playing": "Playing",
  "floor.strip": "The venue right now",
  "floor.today": "Today",
  "floor.today.note": "takings of the day",
  "floor.view": "View",

  // form
  "form.amount": "This is not an amount",
  "form.birth": "This is not a date in the past",
  "form.email": "This is not an e-mail address",
  "form.number": "This is not a number",
  "form.password": "At least 10 characters",
  "form.required": "Please fill this in",
  "form.tooLong": "This is too long",
  "form.username": "3 to 40 letters, digits, dots or dashes",

  // group
  "group.clear": "Clear the selection",
  "group.do": "{n, plural, one {Start # session} other {Start # sessions}}",
  "group.host": "From whose wallet?",
  "group.label": "Selected stations",
  "group.lock.title": "{n, plural, one {Lock # station?} other {Lock # stations?}}",
  "group.payer": "Who pays?",
  "group.payer.customer": "A member",
  "group.payer.one": "One together",
  "group.payer.split": "Each their own",
  "group.selected": "{n, plural, one {# station} other {# stations}}",
  "group.sent": "{n, plural, one {Done on # station} other {Done on # stations}}",
  "group.someFailed": "{n, plural, one {# station did not answer} other {# stations did not answer}}",
  "group.start": "Start {n}",
  "group.started": "{n, plural, one {# session started} other {# sessions started}}",
  "group.title": "Group on {n, plural, one {# station} other {# stations}}",

  // keys
  "keys.arrows": "Go from station to station",
  "keys.end": "End the session",
  "keys.escape": "Close or unselect",
  "keys.everywhere": "Everywhere",
  "keys.extend": "Add time",
  "keys.help": "This list",
  "keys.move": "Move to another station",
  "keys.palette": "Commands",
  "keys.pause": "Pause or resume",
  "keys.search": "Search customers and stations",
  "keys.select": "Select several stations",
  "keys.start": "Start a session",

  // kind
  "kind.pc": "PC",
  "kind.ps5": "PlayStation 5",
  "kind.sim_rig": "Sim rig",
  "kind.switch": "Switch",
  "kind.vr": "VR headset",
  "kind.xbox": "Xbox",

  // link
  "link.connecting": "Connecting…",
  "link.live": "Live",
  "link.lost": "Reconnecting… showing the state of {time}",

  // lock
  "lock.locked": "locked",
  "lock.unlocked": "unlocked",

  // map
  "map.hint": "Drag the stations, or move them with the arrow keys (Shift for larger steps).",
  "map.moveStation": "{name} at {x}, {y}: move with the arrow keys",
  "map.saved": "The floor plan is saved",

  // menu
  "menu.account": "My account",
  "menu.language": "Language",
  "menu.open": "Menu of {name}",
  "menu.shortcuts": "Keyboard shortcuts",
  "menu.signOut": "Sign out",
  "menu.theme": "Appearance",

  // metric
  "metric.cpu": "CPU",
  "metric.foreground": "foreground",
  "metric.link": "link",
  "metric.memory": "memory",
  "metric.offline": "offline",
  "metric.online": "online",

  // mode
  "mode.package": "Package",
  "mode.payg": "As you go",
  "mode.postpaid": "Pay later",
  "mode.prepaid": "Prepaid",

  // move
  "move.asking": "Asking what the time is worth there…",
  "move.confirm": "Move {player} to {to}?",
  "move.do": "Move to {to}",
  "move.done": "Moved from {from} to {to}",
  "move.open": "The session goes on at the rate of the new station.",
  "move.quote": "{left} are left there, until {time}. The paid value is kept.",
  "move.title": "Move {name} to…",

  // my
  "my.nav.history": "History",
  "my.nav.profile": "Profile",
  "my.nav.time": "Time",
  "my.nav.wallet": "Wallet",

  // nav
  "nav.audit": "Audit",
  "nav.customers": "Customers",
  "nav.floor": "Floor",
  "nav.label": "Main navigation",
  "nav.more": "More",
  "nav.reports": "Reports",
  "nav.sessions": "Sessions",
  "nav.settings": "Settings",
  "nav.stations": "Stations",
  "nav.tariffs": "Tariffs",
  "nav.till": "Till",
  "nav.users": "Users",

  // notFound
  "notFound.home": "Go to the start page",
  "notFound.text": "The address may be old or mistyped.",
  "notFound.title": "There is no such page",

  // palette
  "palette.dark": "Dark appearance",
  "palette.hint": "Type a name, a station or a command",
  "palette.light": "Light appearance",
  "palette.nothing": "Nothing found for “{q}”",
  "palette.open": "Search and commands",
  "palette.pages": "Pages",
  "palette.placeholder": "Find a customer or station",

  // pay
  "pay.balance": "The wallet holds {amount}",
  "pay.card": "Card",
  "pay.cash": "Cash",
  "pay.change": "Change",
  "pay.method": "Payment method",
  "pay.missing": "{amount} are missing",
  "pay.reference": "Receipt number of the terminal (optional)",
  "pay.tendered": "Given",
  "pay.tooLittle": "{amount} are missing",
  "pay.wallet": "Wallet",

  // price
  "price.due": "Due",
  "price.paidBy": "Paid by {method}",
  "price.soFar": "So far",
  "price.total": "Total",

  // problem
  "problem.billing.credit_limit_reached": "The credit limit is reached.",
  "problem.billing.insufficient_funds": "The wallet does not hold enough.",
  "problem.identity.second_factor_required": "Enter the code from your authenticator app.",
  "problem.identity.second_factor_wrong": "This code is wrong or has been used already.",
  "problem.identity.session_ended": "Your sign-in has ended. Please sign in again.",
  "problem.identity.wrong_credentials": "The name or the password is wrong.",
  "problem.venue.curfew": "The curfew for young players has begun.",
  "problem.venue.customer_banned": "This customer is banned.",
  "problem.venue.member_already_playing": "This member already plays on another station.",
  "problem.venue.no_tariff": "No tariff covers this zone. Add one under Tariffs.",
  "problem.venue.station_busy": "Somebody already plays on this station.",
  "problem.venue.station_in_maintenance": "This station is out of order.",
  "problem.venue.too_young": "The player is too young for this zone.",
  "problem.venue.venue_closed": "The venue is closed at this time.",

  // quote
  "quote.until": "Total, until {time}",

  // segment
  "segment.outage": "Outage",
  "segment.overrun": "Overrun",
  "segment.pause": "Pause",
  "segment.play": "Play",

  // session
  "session.guest": "Guest",

  // sheet
  "sheet.accept": "Give",
  "sheet.backInService": "Back in service",
  "sheet.custom": "Custom",
  "sheet.end": "End",
  "sheet.ends": "ends {time}",
  "sheet.extended": "{name}: {minutes} minutes added",
  "sheet.label": "Station {name}",
  "sheet.move": "Move",
  "sheet.noAgent": "No agent runs here: staff lock and unlock this station by hand.",
  "sheet.offline": "The station does not answer. Time can be sold, it is enforced when the link is back.",
  "sheet.pause": "Pause",
  "sheet.paused": "paused",
  "sheet.payWith": "Added time is paid by",
  "sheet.price": "Price",
  "sheet.request": "Asks for {minutes} more minutes",
  "sheet.resume": "Resume",
  "sheet.since": "since {time}",
  "sheet.station": "Station",
  "sheet.takeOut": "Take out of service",
  "sheet.takeOut.reason": "What is wrong with it?",
  "sheet.takeOut.text": "Nobody can start a session on it until it is back.",
  "sheet.takeOut.title": "Take {name} out of service?",
  "sheet.timeline": "Timeline",

  // shell
  "shell.skip": "Skip to the content",

  // start
  "start.banned": "This customer is banned: {reason}",
  "start.do": "Start",
  "start.done": "{player} plays on {name}",
  "start.due": "{amount} are still due.",
  "start.duration": "Duration",
  "start.findMember": "Find a member",
  "start.grantLeft": "{left} left",
  "start.guestName": "Guest, name optional",
  "start.memberOnly": "Members only",
  "start.minutes": "Minutes",
  "start.mode": "Kind of session",
  "start.noPackage": "No usable package",
  "start.payg": "The wallet is charged while the clock runs; the session ends when it is empty.",
  "start.postpaid": "The time is paid at the end, up to the credit limit.",

  // state
  "state.loading": "Loading",

  // theme
  "theme.dark": "Dark",
  "theme.light": "Light",
  "theme.system": "Like the system",

  // tier
  "tier.basic": "Basic",
  "tier.premium": "Premium",
  "tier.vip": "VIP",

  // timeline
  "timeline.label": "Course of the session",
  "timeline.now": "now",

  // venue
  "venue.none.text": "Ask an administrator to give you a role in a venue.",
  "venue.none.title": "You belong to no venue yet",
  "venue.switch": "Venue",

  // wallet
  "wallet.bonus": "bonus {amount}",
  "wallet.due": "due {amount}",
  "wallet.of": "wallet {amount}",
} as const;

export type MessageKey = keyof typeof en;
