"""What can be wrong with communities, servers and rules."""

from gameops.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated


class CommunityNotFound(NotFound):
    """Absent, or not the caller's to know."""

    code, message = "alerts.community_not_found", "There is no such community."


class SlugTaken(Conflict):
    """Two communities cannot have one address."""

    code, message = "alerts.slug_taken", "Another community has this address."


class SourceNotFound(NotFound):
    """Absent, or not the caller's to know."""

    code, message = "alerts.source_not_found", "There is no such key."


class ServerNotFound(NotFound):
    """Absent, or not the caller's to know."""

    code, message = "alerts.server_not_found", "There is no such server."


class ServerExists(Conflict):
    """It is on the list already."""

    code, message = "alerts.server_exists", "This server is being watched already."


class ServerNotPolled(Conflict):
    """It reports itself; nobody asks it."""

    code, message = "alerts.server_not_polled", "This server reports itself and is not asked."


class UnknownProtocol(InvalidInput):
    """No such way to ask."""

    code, message = "alerts.unknown_protocol", "There is no such query protocol."


class RuleNotFound(NotFound):
    """Absent, or not the caller's to know."""

    code, message = "alerts.rule_not_found", "There is no such rule."


class RuleInvalid(InvalidInput):
    """Its parts do not fit together."""

    code, message = "alerts.rule_invalid", "The rule's parts do not fit together."


class UnknownChannel(InvalidInput):
    """Not a channel of the community's scope."""

    code, message = "alerts.unknown_channel", "One of the channels is not there."


class TemplateInvalid(InvalidInput):
    """It names what there is not."""

    code, message = "alerts.template_invalid", "The template uses placeholders that do not exist."


class MaintenanceNotFound(NotFound):
    """Absent, or not the caller's to know."""

    code, message = "alerts.maintenance_not_found", "There is no such maintenance window."


class PeriodInvalid(InvalidInput):
    """It ends before it begins, or lasts too long."""

    code, message = "alerts.period_invalid", "The end must come after the beginning."


class CsvInvalid(InvalidInput):
    """Not a table GameOps can read."""

    code, message = "alerts.csv_invalid", "This is not a CSV table with an address in each row."


class ImportFailed(InvalidInput):
    """Not a file that can be taken over."""

    code, message = "alerts.import_failed", "This file cannot be imported."


class SignatureInvalid(Unauthenticated):
    """Wrong key, wrong body or too old."""

    code, message = "alerts.signature_invalid", "The signature is not valid."


class ReporterNotAllowed(Forbidden):
    """Not from this address, or not about this host."""

    code = "alerts.reporter_not_allowed"
    message = "This address may not report here."
