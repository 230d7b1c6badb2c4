"""The errors that a user can cause. Each message is one sentence or two: the fact with its value, then the way out."""


class AnalyzerError(Exception):
    """Something about the input stands in the way; the message says what, and what to do."""


class UnreadableDatabase(AnalyzerError):
    """The target is not a study database, or cannot be read as it is."""


class UnknownStudy(AnalyzerError):
    """No study, or more than one, answers to what was asked for."""


class UnknownOption(AnalyzerError):
    """A view, an option or its value does not exist."""


class NotApplicable(AnalyzerError):
    """A view has nothing to show for this study; the message is the reason, one sentence for the reader."""
