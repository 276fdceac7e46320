"""Every rule has its sentence, and no sentence is without its rule."""

import re
import string
from pathlib import Path

from pipeline.bridge.causes import BY_NAME
from pipeline.receipt import sentences
from pipeline.receipt.residual_causes import RESIDUAL_CAUSES
from pipeline.receipt.sentences import SENTENCES, say
from pipeline.rules import model_sql

CODE = "\n".join(path.read_text("utf-8") for path in Path(sentences.__file__).parent.glob("*.py"))


def test_every_cause_of_a_residual_has_a_name_a_sentence_and_its_place_in_the_model() -> None:
    decided = set(re.findall(r"(?:THEN|ELSE) '(\w+)'", model_sql("residual")))
    told = {rule.removeprefix("residual.") for rule in SENTENCES if rule.startswith("residual.")}
    assert decided == set(RESIDUAL_CAUSES) == told
    negative = {"schedd_restart", "forced_removal", "shorter_ad", "rounding"}
    assert negative <= BY_NAME.keys()


def test_every_outcome_of_an_attempt_has_its_sentence() -> None:
    outcomes = {"held", "removed", "lost", "evicted", "signal", "succeeded", "failed", "unknown", "running"}
    for outcome in outcomes:
        assert any(rule.startswith(f"ended.{outcome}") for rule in SENTENCES), outcome


def test_every_sentence_is_used_and_ends_like_one() -> None:
    families = ("ended.", "estimate.cores.", "residual.", "venue.", "step.")
    for rule, text in SENTENCES.items():
        assert rule.startswith(families) or f'"{rule}"' in CODE.replace(f'"{rule}":', ""), rule
        assert text.endswith((".", "{reason}")), rule


def test_a_strangers_text_is_put_in_and_not_read() -> None:
    said = say("ended.held", code=34, reason="{__class__} %s {0}")
    assert said == "It was held (code 34): {__class__} %s {0}."


def test_what_is_not_known_is_said_so() -> None:
    assert say("ended.signal", exit_signal=None) == "It died of signal not said."
    assert all(field != "" for text in SENTENCES.values() for _, field, _, _ in string.Formatter().parse(text))
