"""One mail that fails keeps none of the others; a server that cannot be reached keeps all."""

from pipeline.errors import SourceError, UsageError
from pipeline.mail.once import Told, in_turn
from pipeline.mail.sending import Refused, Unclear


def states(*errors: Exception | None) -> list[str]:
    def send(error: Exception | None) -> Told:
        if error is not None:
            raise error
        return "sent", ""

    return [
        f"{state}{': not tried' if said.startswith('not tried') else ''}" for _, state, said in in_turn(errors, send)
    ]


def test_what_was_refused_or_cannot_be_made_is_told_and_the_next_one_tried() -> None:
    refused, wrong = Refused("no"), UsageError("no such project")
    assert states(refused, wrong, refused, wrong, None) == ["failed"] * 4 + ["sent"]
    assert states(Unclear("broke"), None) == ["unclear", "sent"]


def test_after_two_failures_to_reach_the_server_in_a_row_nobody_waits_for_it_again() -> None:
    away = SourceError("cannot be reached")
    assert states(away, None, away, away, None) == ["failed", "sent", "failed", "failed", "failed: not tried"]
