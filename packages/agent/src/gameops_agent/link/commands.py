"""Each command is done at most once; a repeated one gets the same answer again."""

from collections import OrderedDict
from typing import Final

from gameops_protocol import Ack, Command

REMEMBERED: Final = 256


class CommandMemory:
    """The last commands with their answers; ``None`` while one is being done."""

    __slots__ = ("_answers",)

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Ack | None] = OrderedDict()

    def begin(self, command: Command) -> bool:
        """Whether the command is new and must be done now."""
        if command.id in self._answers:
            return False
        self._answers[command.id] = None
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return True

    def answer(self, command: Command) -> Ack | None:
        """The answer given to this id before, if there is one."""
        return self._answers.get(command.id)

    def finish(self, ack: Ack) -> None:
        """Remember the answer; a picture is not kept, only that it was sent."""
        kept = Ack(id=ack.id, ok=ack.ok, code=ack.code) if ack.image else ack
        if ack.id in self._answers:
            self._answers[ack.id] = kept
