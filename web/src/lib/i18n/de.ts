import type { MessageKey } from "./en";

export const de: Record<MessageKey, string> = {
  // action
  "action.add": "Hinzufügen",
  "action.back": "Zurück",
  "action.cancel": "Abbrechen",
  "action.clear": "Zurücksetzen",
  "action.close": "Schließen",
  "action.copied": "Kopiert",
  "action.copy": "Kopieren",
  "action.create": "Anlegen",
  "action.delete": "Löschen",
  "action.dismiss": "Ausblenden",
  "action.done": "Fertig",
  "action.edit": "Bearbeiten",
  "action.more": "Mehr laden",
  "action.reload": "Seite neu laden",
  "action.remove": "Entfernen",
  "action.retry": "Erneut versuchen",
  "action.save": "Speichern",
  "action.saved": "Gespeichert",

  // auth
  "auth.code": "Code",
  "auth.code.hint": "Sechs Ziffern aus der App oder ein Wiederherstellungscode",
  "auth.ended": "Die Anmeldung ist abgelaufen. Nach dem Anmelden geht es dort weiter, wo Sie waren.",
  "auth.forgot": "Passwort vergessen?",
  "auth.forgot.send": "Link senden",
  "auth.forgot.sent": "Bitte in die E-Mails schauen",
  "auth.forgot.sent.text": "Falls zu {email} ein Konto gehört, ist ein Link unterwegs. Er gilt nur kurze Zeit.",
  "auth.forgot.text": "Wir senden einen Link für ein neues.",
  "auth.haveAccount": "Schon ein Konto?",
  "auth.hint.demo": "Dies ist ein Demo-Haus. Der Server hat Namen und Passwörter beim Start ausgegeben.",
  "auth.hint.setup": "Diese Installation hat noch keine Verwaltung. Auf dem Server mit „gameops admin create“ anlegen.",
  "auth.identifier": "E-Mail oder Benutzername",
  "auth.password": "Passwort",
  "auth.register": "Konto anlegen",
  "auth.register.text": "Zeit, Guthaben und Pakete auf dem Telefon.",
  "auth.register.title": "Ihr Konto",
  "auth.reset.done": "Das neue Passwort gilt. Sie können sich jetzt anmelden.",
  "auth.reset.noToken": "Dieser Link ist unvollständig. Bitte einen neuen anfordern.",
  "auth.reset.save": "Passwort setzen",
  "auth.reset.title": "Neues Passwort setzen",
  "auth.second.text": "Bitte den Code der Authenticator-App oder einen Wiederherstellungscode eingeben.",
  "auth.second.title": "Zweiter Schritt",
  "auth.signIn": "Anmelden",
  "auth.toSignIn": "Zurück zur Anmeldung",
  "auth.verify": "Bestätigen",

  // crash
  "crash.stale": "GameOps wurde aktualisiert. Bitte die Seite neu laden.",
  "crash.text": "Der Rest von GameOps läuft weiter. Gespeichertes ist nicht verloren.",
  "crash.title": "Diese Seite ist abgestürzt",

  // error
  "error.server": "Der Server konnte nicht antworten (Referenz {id}).",
  "error.tooMany": "Zu viele Versuche. Bitte in {seconds, plural, one {# Sekunde} other {# Sekunden}} erneut.",
  "error.unknown": "Auf dieser Seite ist etwas schiefgegangen.",
  "error.unreachable": "Der Server ist nicht erreichbar. Es wurde nichts geändert.",

  // field
  "field.birth": "Geburtsdatum",
  "field.birth.optional": "Geboren (optional)",
  "field.displayName": "Name",
  "field.email": "E-Mail",
  "field.newPassword": "Neues Passwort",
  "field.password.hint": "Mindestens 10 Zeichen",
  "field.phone": "Telefon",
  "field.phone.optional": "Telefon (optional)",
  "field.username": "Benutzername",
  "field.username.hint": "Buchstaben, Ziffern, Punkte und Striche",

  // form
  "form.amount": "Das ist kein Betrag",
  "form.birth": "Das ist kein Datum in der Vergangenheit",
  "form.email": "Das ist keine E-Mail-Adresse",
  "form.number": "Das ist keine Zahl",
  "form.password": "Mindestens 10 Zeichen",
  "form.required": "Bitte ausfüllen",
  "form.tooLong": "Das ist zu lang",
  "form.username": "3 bis 40 Buchstaben, Ziffern, Punkte oder Striche",

  // keys
  "keys.arrows": "Von Platz zu Platz",
  "keys.end": "Sitzung beenden",
  "keys.escape": "Schließen oder Auswahl aufheben",
  "keys.everywhere": "Überall",
  "keys.extend": "Zeit verlängern",
  "keys.help": "Diese Liste",
  "keys.move": "Platz wechseln",
  "keys.palette": "Befehle",
  "keys.pause": "Pausieren oder fortsetzen",
  "keys.search": "Kunden und Plätze suchen",
  "keys.select": "Mehrere Plätze auswählen",
  "keys.start": "Sitzung starten",

  // link
  "link.connecting": "Verbindung wird aufgebaut…",
  "link.live": "Live",
  "link.lost": "Neu verbinden… Stand von {time}",

  // menu
  "menu.account": "Mein Konto",
  "menu.language": "Sprache",
  "menu.open": "Menü von {name}",
  "menu.shortcuts": "Tastenkürzel",
  "menu.signOut": "Abmelden",
  "menu.theme": "Darstellung",

  // my
  "my.nav.history": "Verlauf",
  "my.nav.profile": "Profil",
  "my.nav.time": "Zeit",
  "my.nav.wallet": "Guthaben",

  // nav
  "nav.audit": "Protokoll",
  "nav.customers": "Kunden",
  "nav.floor": "Plätze",
  "nav.label": "Hauptnavigation",
  "nav.more": "Mehr",
  "nav.reports": "Berichte",
  "nav.sessions": "Sitzungen",
  "nav.settings": "Optionen",
  "nav.stations": "Geräte",
  "nav.tariffs": "Tarife",
  "nav.till": "Kasse",
  "nav.users": "Personal",

  // notFound
  "notFound.home": "Zur Startseite",
  "notFound.text": "Die Adresse ist veraltet oder falsch geschrieben.",
  "notFound.title": "Diese Seite gibt es nicht",

  // palette
  "palette.open": "Suche und Befehle",
  "palette.placeholder": "Kunde oder Platz suchen",

  // problem
  "problem.billing.credit_limit_reached": "Der Kreditrahmen ist ausgeschöpft.",
  "problem.billing.insufficient_funds": "Das Guthaben reicht nicht aus.",
  "problem.identity.second_factor_required": "Bitte den Code der Authenticator-App eingeben.",
  "problem.identity.second_factor_wrong": "Dieser Code ist falsch oder wurde schon benutzt.",
  "problem.identity.session_ended": "Die Anmeldung ist abgelaufen. Bitte erneut anmelden.",
  "problem.identity.wrong_credentials": "Name oder Passwort ist falsch.",
  "problem.venue.curfew": "Für junge Spieler gilt jetzt die Sperrzeit.",
  "problem.venue.customer_banned": "Dieser Kunde hat Hausverbot.",
  "problem.venue.member_already_playing": "Dieses Mitglied spielt bereits auf einem anderen Platz.",
  "problem.venue.no_tariff": "Kein Tarif gilt für diesen Bereich. Bitte unter Tarife anlegen.",
  "problem.venue.station_busy": "Auf diesem Platz wird bereits gespielt.",
  "problem.venue.station_in_maintenance": "Dieser Platz ist außer Betrieb.",
  "problem.venue.too_young": "Der Spieler ist für diesen Bereich zu jung.",
  "problem.venue.venue_closed": "Das Haus ist zu dieser Zeit geschlossen.",

  // shell
  "shell.skip": "Zum Inhalt springen",

  // state
  "state.loading": "Wird geladen",

  // theme
  "theme.dark": "Dunkel",
  "theme.light": "Hell",
  "theme.system": "Wie das System",

  // venue
  "venue.none.text": "Bitten Sie die Verwaltung um eine Rolle in einem Haus.",
  "venue.none.title": "Sie gehören noch zu keinem Haus",
  "venue.switch": "Haus",
};
