"""Docstrings of the public names: complete in numpydoc's sense, with an example that runs."""

from __future__ import annotations

import inspect

import pytest

import kosovo_hazards as kh

# What we do on purpose otherwise.
NOT_OURS = {
    "ES01",  # an extended summary only where there is more to say
    "SA01",  # the reference shows what stands near
    "PR04",  # types stand in the signature
    "RT03", "RT04", "RT05",  # the type of what is returned stands in the signature, its description in the place of it
}  # fmt: skip
# Fields of results are attributes; they are made by the library, not by the caller.
NOT_OF_CLASSES = {"PR01", "PR02", "PR03"}


def _public() -> list[str]:
    names = [f"kosovo_hazards.{name}" for name in kh.__all__ if callable(getattr(kh, name))]
    return names + [f"kosovo_hazards.published.{name}" for name in kh.published.__all__]


def _thing(name: str) -> object:
    thing: object = kh
    for part in name.split(".")[1:]:
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize("name", [name for name in _public() if callable(_thing(name))])
def test_docstring_says_what_numpydoc_asks_for(name: str) -> None:
    validate = pytest.importorskip("numpydoc.validate").validate
    allowed = NOT_OURS | (NOT_OF_CLASSES if inspect.isclass(_thing(name)) else set())
    assert [error for error in validate(name)["errors"] if error[0] not in allowed] == []


@pytest.mark.parametrize("name", [name for name in _public() if inspect.isclass(_thing(name))])
def test_what_a_class_holds_is_documented(name: str) -> None:
    """Each field stands under Attributes or Parameters."""
    fields = getattr(_thing(name), "__dataclass_fields__", {})
    text = inspect.getdoc(_thing(name)) or ""
    named = {word for line in text.splitlines() if not line.startswith(" ") for word in line.split(", ")}
    assert [field for field in fields if not field.startswith("_") and field not in named] == []
