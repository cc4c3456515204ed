"""What can go wrong in understanding.

NluError                     nlu_error
├── TaxonomyError            nlu_taxonomy_invalid
├── RuleBookError            nlu_rulebook_invalid
├── keywords.CuesError       nlu_cues_invalid
├── examples.ExamplesError   nlu_examples_invalid
├── e5_file.EncoderFileError nlu_encoder_file
└── head.HeadError           nlu_head_unusable

`code` is documented in docs/errors.md and sent on the wire; the message is for people and may change.
"""


class NluError(Exception):
    """Root of this package's errors."""

    code = "nlu_error"


class TaxonomyError(NluError):
    """The taxonomy file cannot be read, or contradicts itself."""

    code = "nlu_taxonomy_invalid"


class RuleBookError(NluError):
    """A file of phrase rules cannot be read; the message names the file and, where known, the rule."""

    code = "nlu_rulebook_invalid"
