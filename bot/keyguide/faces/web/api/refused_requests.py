"""Define what a program is told when its request is refused."""

from __future__ import annotations

from keyguide.faces.web.api.models import ErrorOut
from keyguide.faces.web.security.headers_and_cookies import MAX_BODY_BYTES

# The sentence for each status: the body of the response, and its description in the OpenAPI document.
PROBLEMS = {
    400: "the body is not as /api/openapi.json describes it",
    403: "this came from a page of another site; send it from your own server, or without a browser",
    404: "there is nothing at this address; see /api/openapi.json",
    405: "this address does not take this method; see the header Allow",
    408: "the body did not arrive in time",
    413: f"the body has more than {MAX_BODY_BYTES} bytes",
    415: "send application/json, not compressed",
    429: "too many requests; wait as many seconds as the header Retry-After says",
    500: "an error in the program; its log has the details",
    503: "the database cannot be read or written; try again after the seconds in the header Retry-After",
}


def dump_problem(status: int, problem: str = "") -> str:
    """Dump a problem as JSON; without a sentence about it, use the one for its status."""
    return ErrorOut(error=problem or PROBLEMS.get(status, PROBLEMS[400])).model_dump_json()
