"""What can go wrong in reviewing.

AssistantError
├── CallNotJudgedError     call_not_judged      the call has not ended, so nothing is judged yet
├── FlagNotFoundError      flag_not_found       the call has no such flag
├── QuoteNotFoundError     quote_not_found      the words marked do not stand in that utterance
├── ReviewNotFoundError    review_not_found     no such review, sample, appeal, exemplar or mark
├── RuleUnknownError       rule_unknown         no such banned-phrase rule, or no such intent
└── AppealExistsError      appeal_exists        the review has been appealed against already

`code` is documented in docs/errors.md.
"""

from assistant.errors import AssistantError


class CallNotJudgedError(AssistantError):
    """The call has not ended, so nothing is judged yet."""

    code = "call_not_judged"


class FlagNotFoundError(AssistantError):
    """The call has no such flag."""

    code = "flag_not_found"


class QuoteNotFoundError(AssistantError):
    """The words marked do not stand in that utterance."""

    code = "quote_not_found"


class ReviewNotFoundError(AssistantError):
    """No such review, sample, appeal, exemplar or mark."""

    code = "review_not_found"


class RuleUnknownError(AssistantError):
    """No such banned-phrase rule, or no such intent."""

    code = "rule_unknown"


class AppealExistsError(AssistantError):
    """The review has been appealed against already."""

    code = "appeal_exists"
