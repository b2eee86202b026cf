"""Define what programs send and receive; the checks, the OpenAPI document and its page come from this."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError

from keyguide.core.model.turn import Kind

MAX_TEXT = 20_000
_NOT_ONE = "send either `text` or `pick`"
# What is wrong with a field, by the type of pydantic's error; {braces} are filled in from its context.
_PROBLEMS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of a turn",
    "string_type": "is not a string",
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "does not match {pattern}",
}


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(extra="allow")  # a client that refuses new fields would break with each one


class _TurnIn(_In):
    who: str = Field(
        pattern=r"^[A-Za-z0-9._:@-]{1,64}$",
        description="The name of the person: the same name continues the same conversation. Anyone who "
        "knows the name can continue it, so make it long and random if that matters.",
    )


class WrittenTurn(_TurnIn):
    """A person wrote something."""

    text: str = Field(max_length=MAX_TEXT, description="What the person wrote.")


class PressedTurn(_TurnIn):
    """A person pressed an option."""

    pick: str = Field(
        min_length=1,
        max_length=100,
        description="The pick of an option of an earlier reply, unchanged; `start` begins.",
    )


class PersonIn(_TurnIn):
    """A person whose data is asked for or erased."""


class ErasedOut(_Out):
    """What was erased."""

    erased: int = Field(description="The number of rows.")


class ExportOut(_Out):
    """All that is kept about a person."""

    tables: dict[str, list[dict[str, Any]]] = Field(description="The rows of each table, by column.")


class LicenceOut(_Out):
    """The licence that a pasted report of slmgr describes."""

    channel: str | None = Field(description="The channel, as slmgr writes it.")
    status: str | None = Field(description="The status, as slmgr writes it.")


class EvidenceOut(_Out):
    """The codes, messages and reports that are found in a text."""

    code: str | None = Field(description="The first error code in the text.")
    state: str | None = Field(description="The id of the Activation page's message in the text.")
    licence: LicenceOut | None = Field(description="The licence in a pasted report of slmgr.")


class PictureOut(_Out):
    """A picture of what people see on their screen."""

    id: str = Field(description="The id of the picture; the page has it at /picture/ID.png.")
    alt: str = Field(description="The same in words, for people who cannot see it.")
    file: str = Field(description="Where it is in the knowledge folder.")


class DetailOut(_Out):
    """A part of the answer that is folded away until somebody wants it."""

    title: str = Field(description="What it is about, such as what to do if the answer does not work.")
    text: str = Field(description="The part itself, in Markdown as the answer.")
    pick: str = Field(description="What to send back to get it as a reply of its own.")


class OptionOut(_Out):
    """An option of a reply."""

    label: str = Field(description="The text of the button.")
    pick: str = Field(description="What to send back when it is pressed.")


class SourceOut(_Out):
    """A page that the answer is based on."""

    title: str = Field(description="The title of the page.")
    url: str = Field(description="Its address.", json_schema_extra={"format": "uri"})


class ReplyOut(_Out):
    """The reply."""

    kind: Kind = Field(description="What kind of reply this is.")
    subject: str | None = Field(description="The id of the article, error code or diagnosis.")
    offers: list[str] = Field(description="The ids that the options open.")
    step: str | None = Field(description="The question that is asked, as diagnosis/question.")
    act: str | None = Field(description="What the message did rather than asked, such as thanks.")
    aspect: str | None = Field(description="The usual question about the last answer that this answers.")
    facts: dict[str, str] = Field(description="What is known of the person's case so far.")
    secret: bool = Field(description="Whether the text held a product key or another secret.")
    evidence: EvidenceOut = Field(description="What the text shows without being asked.")
    notice: str = Field(description="What to show above everything else; may be empty.")
    title: str = Field(description="The heading.")
    progress: str = Field(description="How far a diagnosis has come; may be empty.")
    body: str = Field(description="The answer: paragraphs, lists, bold, code and links in Markdown.")
    picture: PictureOut | None = Field(description="A picture of what people see on their screen.")
    details: list[DetailOut] = Field(description="Parts of the answer to fold away below the buttons.")
    options: list[OptionOut] = Field(description="The buttons.")
    sources: list[SourceOut] = Field(description="The pages that the answer is based on.")
    footing: str = Field(description="How sure the answer is, and when it was last verified.")


class ErrorOut(_Out):
    """What is wrong."""

    error: str = Field(description="What is wrong, in one line.")


def _choose_model(body: Any) -> str | None:
    """Choose the model of a turn by the field that only it has; None if that field is not clear."""
    if not isinstance(body, dict):
        return "text"  # whose error says that it is not an object
    fields = [name for name in ("text", "pick") if name in body]
    return fields[0] if len(fields) == 1 else None


PERSON = TypeAdapter(PersonIn)
TURN: TypeAdapter[WrittenTurn | PressedTurn] = TypeAdapter(
    Annotated[
        Annotated[WrittenTurn, Tag("text")] | Annotated[PressedTurn, Tag("pick")],
        Discriminator(_choose_model, custom_error_type="not_one", custom_error_message=_NOT_ONE),
    ]
)


def describe_problem(error: ValidationError) -> str:
    """Describe in one line the first problem with a turn."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "the body is not JSON"
    if first["type"] == "model_type":
        return "the body is not a JSON object"
    if first["type"] not in _PROBLEMS:
        return first["msg"]
    return f"`{str(first['loc'][-1])[:40]}` {_PROBLEMS[first['type']].format(**first.get('ctx', {}))}"
