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

  // crash
  "crash.stale": "GameOps was updated. Reload to get the new version.",
  "crash.text": "The rest of GameOps still works. Nothing that was saved is lost.",
  "crash.title": "This page has failed",

  // error
  "error.server": "The server failed to answer (reference {id}).",
  "error.tooMany": "Too many attempts. Try again in {seconds, plural, one {# second} other {# seconds}}.",
  "error.unknown": "Something went wrong on this screen.",
  "error.unreachable": "The server cannot be reached. Nothing was changed.",

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

  // form
  "form.amount": "This is not an amount",
  "form.birth": "This is not a date in the past",
  "form.email": "This is not an e-mail address",
  "form.number": "This is not a number",
  "form.password": "At least 10 characters",
  "form.required": "Please fill this in",
  "form.tooLong": "This is too long",
  "form.username": "3 to 40 letters, digits, dots or dashes",

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

  // link
  "link.connecting": "Connecting…",
  "link.live": "Live",
  "link.lost": "Reconnecting… showing the state of {time}",

  // menu
  "menu.account": "My account",
  "menu.language": "Language",
  "menu.open": "Menu of {name}",
  "menu.shortcuts": "Keyboard shortcuts",
  "menu.signOut": "Sign out",
  "menu.theme": "Appearance",

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
  "palette.open": "Search and commands",
  "palette.placeholder": "Find a customer or station",

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

  // shell
  "shell.skip": "Skip to the content",

  // state
  "state.loading": "Loading",

  // theme
  "theme.dark": "Dark",
  "theme.light": "Light",
  "theme.system": "Like the system",

  // venue
  "venue.none.text": "Ask an administrator to give you a role in a venue.",
  "venue.none.title": "You belong to no venue yet",
  "venue.switch": "Venue",
} as const;

export type MessageKey = keyof typeof en;
