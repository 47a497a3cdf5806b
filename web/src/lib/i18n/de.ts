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

  // alert
  "alert.agent_offline": "keine Verbindung zum Platz",
  "alert.time_request": "möchte mehr Zeit",
  "alert.unenforced": "entsperrt ohne Sitzung",

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

  // command
  "command.confirm": "{command}: {name}?",
  "command.done": "{name}: {command} erledigt",
  "command.failed": "{name}: {command} fehlgeschlagen",
  "command.idle": "Dort spielt gerade niemand.",
  "command.inSession": "{player} spielt dort gerade.",
  "command.last": "Letzte Befehle",
  "command.launch": "Starten",
  "command.launch.text": "Programm oder Spiel",
  "command.launch.title": "Starten auf {name}",
  "command.lock": "Sperren",
  "command.log_off": "Abmelden",
  "command.message": "Nachricht",
  "command.message.text": "Text auf dem Bildschirm",
  "command.message.title": "Nachricht an {name}",
  "command.reboot": "Neustart",
  "command.screenshot": "Bildschirm",
  "command.screenshot.of": "Bildschirm von {name}",
  "command.send": "Senden",
  "command.show": "Zeigen",
  "command.shut_down": "Herunterfahren",
  "command.state.acknowledged": "erledigt",
  "command.state.expired": "keine Antwort",
  "command.state.failed": "fehlgeschlagen",
  "command.state.pending": "unterwegs",
  "command.unlock": "Entsperren",

  // crash
  "crash.stale": "GameOps wurde aktualisiert. Bitte die Seite neu laden.",
  "crash.text": "Der Rest von GameOps läuft weiter. Gespeichertes ist nicht verloren.",
  "crash.title": "Diese Seite ist abgestürzt",

  // customer
  "customer.banned": "Hausverbot",
  "customer.noneFound": "Niemand gefunden zu „{q}“",
  "customer.unpick": "Jemand anderen wählen",

  // end
  "end.back.original": "Etwa {amount} werden zurückgegeben.",
  "end.back.wallet": "Etwa {amount} gehen zurück ins Guthaben.",
  "end.charge": "Jetzt zu zahlen",
  "end.do": "Sitzung beenden",
  "end.doCharge": "Beenden und {amount} kassieren",
  "end.done": "Sitzung auf {name} ist beendet",
  "end.left": "{left} sind übrig.",
  "end.noRefund": "Nichts zurückgeben",
  "end.nothingBack": "Es wird nichts zurückgegeben.",
  "end.package": "{left} bleiben im Paket.",
  "end.reason": "Grund",
  "end.refunded": "{amount} zurückgegeben",
  "end.title": "{player} auf {name} beenden?",

  // error
  "error.server": "Der Server konnte nicht antworten (Referenz {id}).",
  "error.tooMany": "Zu viele Versuche. Bitte in {seconds, plural, one {# Sekunde} other {# Sekunden}} erneut.",
  "error.unknown": "Auf dieser Seite ist etwas schiefgegangen.",
  "error.unreachable": "Der Server ist nicht erreichbar. Es wurde nichts geändert.",

  // extend
  "extend.do": "{minutes} Min. hinzufügen",
  "extend.title": "Zeit auf {name} verlängern",

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

  // floor
  "floor.all": "Alle",
  "floor.allWell": "Nichts wartet auf Sie",
  "floor.asks": "Möchte {minutes} Minuten mehr",
  "floor.attention": "Braucht Aufmerksamkeit",
  "floor.editMap": "Anordnen",
  "floor.emptyZone": "Keine Plätze in diesem Bereich",
  "floor.endingSoon": "Endet in 15 Min.",
  "floor.filter": "Filter",
  "floor.freeNow": "{n, plural, =0 {nichts frei} one {# Platz frei} other {# Plätze frei}}",
  "floor.grid": "Raster",
  "floor.group": "Teil einer Gruppe",
  "floor.growth": "{change} zum selben Tag der Vorwoche",
  "floor.lastSeen": "gesehen {when}",
  "floor.linkLost": "Verbindung zum Platz verloren",
  "floor.map": "Karte",
  "floor.noLink": "Keine Verbindung",
  "floor.noTariff": "kein Tarif",
  "floor.nobodyEnds": "Niemand",
  "floor.none.action": "Geräte anlegen",
  "floor.none.ask": "Bitten Sie die Geräteverwaltung, sie anzulegen.",
  "floor.none.text": "Legen Sie Bereiche und Geräte an, dann erscheinen sie hier live.",
  "floor.none.title": "Noch keine Plätze",
  "floor.notSold": "nicht buchbar",
  "floor.nothing": "Kein Platz passt zu diesem Filter",
  "floor.occupancy": "Auslastung",
  "floor.outOfOrder": "Außer Betrieb",
  "floor.pick.none": "Alle Plätze sind belegt",
  "floor.pick.none.text": "Die Leiste oben zeigt, wer in den nächsten 15 Minuten endet.",
  "floor.pick.title": "Welcher Platz?",
  "floor.rateNow": "jetzt {rate}",
  "floor.ready": "Bereit",
  "floor.startSession": "Sitzung starten",
  "floor.state.ending": "Endet",
  "floor.state.free": "Frei",
  "floor.state.inSession": "In Sitzung",
  "floor.state.maintenance": "Außer Betrieb",
  "floor.state.offline": "Offline",
  "floor.state.paused": "Pausiert",
  "floor.state.playing": "Spielt",
  "floor.strip": "Das Haus im Moment",
  "floor.today": "Heute",
  "floor.today.note": "Einnahmen des Tages",
  "floor.view": "Ansicht",

  // form
  "form.amount": "Das ist kein Betrag",
  "form.birth": "Das ist kein Datum in der Vergangenheit",
  "form.email": "Das ist keine E-Mail-Adresse",
  "form.number": "Das ist keine Zahl",
  "form.password": "Mindestens 10 Zeichen",
  "form.required": "Bitte ausfüllen",
  "form.tooLong": "Das ist zu lang",
  "form.username": "3 bis 40 Buchstaben, Ziffern, Punkte oder Striche",

  // group
  "group.clear": "Auswahl aufheben",
  "group.do": "{n, plural, one {# Sitzung starten} other {# Sitzungen starten}}",
  "group.host": "Aus wessen Guthaben?",
  "group.label": "Ausgewählte Plätze",
  "group.lock.title": "{n, plural, one {# Platz sperren?} other {# Plätze sperren?}}",
  "group.payer": "Wer zahlt?",
  "group.payer.customer": "Ein Mitglied",
  "group.payer.one": "Einer für alle",
  "group.payer.split": "Jeder selbst",
  "group.selected": "{n, plural, one {# Platz} other {# Plätze}}",
  "group.sent": "{n, plural, one {Auf # Platz erledigt} other {Auf # Plätzen erledigt}}",
  "group.someFailed": "{n, plural, one {# Platz hat nicht geantwortet} other {# Plätze haben nicht geantwortet}}",
  "group.start": "{n} starten",
  "group.started": "{n, plural, one {# Sitzung gestartet} other {# Sitzungen gestartet}}",
  "group.title": "Gruppe auf {n, plural, one {# Platz} other {# Plätzen}}",

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

  // kind
  "kind.pc": "PC",
  "kind.ps5": "PlayStation 5",
  "kind.sim_rig": "Rennsimulator",
  "kind.switch": "Switch",
  "kind.vr": "VR-Brille",
  "kind.xbox": "Xbox",

  // link
  "link.connecting": "Verbindung wird aufgebaut…",
  "link.live": "Live",
  "link.lost": "Neu verbinden… Stand von {time}",

  // lock
  "lock.locked": "gesperrt",
  "lock.unlocked": "offen",

  // map
  "map.hint": "Plätze ziehen oder mit den Pfeiltasten bewegen (Umschalt für größere Schritte).",
  "map.moveStation": "{name} bei {x}, {y}: mit den Pfeiltasten bewegen",
  "map.saved": "Der Raumplan ist gespeichert",

  // menu
  "menu.account": "Mein Konto",
  "menu.language": "Sprache",
  "menu.open": "Menü von {name}",
  "menu.shortcuts": "Tastenkürzel",
  "menu.signOut": "Abmelden",
  "menu.theme": "Darstellung",

  // metric
  "metric.cpu": "CPU",
  "metric.foreground": "im Vordergrund",
  "metric.link": "Verbindung",
  "metric.memory": "Speicher",
  "metric.offline": "offline",
  "metric.online": "online",

  // mode
  "mode.package": "Paket",
  "mode.payg": "Laufend",
  "mode.postpaid": "Später",
  "mode.prepaid": "Vorkasse",

  // move
  "move.asking": "Es wird berechnet, was die Zeit dort wert ist…",
  "move.confirm": "{player} nach {to} umziehen?",
  "move.do": "Nach {to} umziehen",
  "move.done": "Von {from} nach {to} umgezogen",
  "move.open": "Die Sitzung läuft zum Preis des neuen Platzes weiter.",
  "move.quote": "Dort bleiben {left}, bis {time}. Der bezahlte Wert bleibt erhalten.",
  "move.title": "{name} umziehen nach…",

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
  "palette.dark": "Dunkle Darstellung",
  "palette.hint": "Name, Platz oder Befehl eingeben",
  "palette.light": "Helle Darstellung",
  "palette.nothing": "Nichts gefunden zu „{q}“",
  "palette.open": "Suche und Befehle",
  "palette.pages": "Seiten",
  "palette.placeholder": "Kunde oder Platz suchen",

  // pay
  "pay.balance": "Im Guthaben sind {amount}",
  "pay.card": "Karte",
  "pay.cash": "Bar",
  "pay.change": "Rückgeld",
  "pay.method": "Zahlungsart",
  "pay.missing": "es fehlen {amount}",
  "pay.reference": "Belegnummer des Terminals (optional)",
  "pay.tendered": "Gegeben",
  "pay.tooLittle": "Es fehlen {amount}",
  "pay.wallet": "Guthaben",

  // price
  "price.due": "Offen",
  "price.paidBy": "Bezahlt mit {method}",
  "price.soFar": "Bisher",
  "price.total": "Summe",

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

  // quote
  "quote.until": "Summe, bis {time}",

  // segment
  "segment.outage": "Ausfall",
  "segment.overrun": "Überzogen",
  "segment.pause": "Pause",
  "segment.play": "Spiel",

  // session
  "session.guest": "Gast",

  // sheet
  "sheet.accept": "Geben",
  "sheet.backInService": "Wieder in Betrieb nehmen",
  "sheet.custom": "Andere",
  "sheet.end": "Ende",
  "sheet.ends": "endet {time}",
  "sheet.extended": "{name}: {minutes} Minuten hinzugefügt",
  "sheet.label": "Platz {name}",
  "sheet.move": "Umzug",
  "sheet.noAgent": "Hier läuft kein Agent: Dieser Platz wird von Hand gesperrt und freigegeben.",
  "sheet.offline": "Der Platz antwortet nicht. Zeit lässt sich verkaufen; gesperrt wird, sobald die Verbindung steht.",
  "sheet.pause": "Pause",
  "sheet.paused": "pausiert",
  "sheet.payWith": "Verlängerung wird bezahlt mit",
  "sheet.price": "Preis",
  "sheet.request": "Möchte {minutes} Minuten mehr",
  "sheet.resume": "Weiter",
  "sheet.since": "seit {time}",
  "sheet.station": "Platz",
  "sheet.takeOut": "Außer Betrieb nehmen",
  "sheet.takeOut.reason": "Was ist defekt?",
  "sheet.takeOut.text": "Bis zur Freigabe kann dort niemand spielen.",
  "sheet.takeOut.title": "{name} außer Betrieb nehmen?",
  "sheet.timeline": "Verlauf",

  // shell
  "shell.skip": "Zum Inhalt springen",

  // start
  "start.banned": "Dieser Kunde hat Hausverbot: {reason}",
  "start.do": "Starten",
  "start.done": "{player} spielt auf {name}",
  "start.due": "{amount} sind noch offen.",
  "start.duration": "Dauer",
  "start.findMember": "Mitglied suchen",
  "start.grantLeft": "{left} übrig",
  "start.guestName": "Gast, Name freiwillig",
  "start.memberOnly": "Nur für Mitglieder",
  "start.minutes": "Minuten",
  "start.mode": "Art der Sitzung",
  "start.noPackage": "Kein nutzbares Paket",
  "start.payg": "Das Guthaben wird laufend belastet; ist es leer, endet die Sitzung.",
  "start.postpaid": "Bezahlt wird am Ende, bis zum Kreditrahmen.",

  // state
  "state.loading": "Wird geladen",

  // theme
  "theme.dark": "Dunkel",
  "theme.light": "Hell",
  "theme.system": "Wie das System",

  // tier
  "tier.basic": "Basic",
  "tier.premium": "Premium",
  "tier.vip": "VIP",

  // timeline
  "timeline.label": "Verlauf der Sitzung",
  "timeline.now": "jetzt",

  // venue
  "venue.none.text": "Bitten Sie die Verwaltung um eine Rolle in einem Haus.",
  "venue.none.title": "Sie gehören noch zu keinem Haus",
  "venue.switch": "Haus",

  // wallet
  "wallet.bonus": "Bonus {amount}",
  "wallet.due": "offen {amount}",
  "wallet.of": "Guthaben {amount}",
};
