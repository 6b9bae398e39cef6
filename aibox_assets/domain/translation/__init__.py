"""A question's words in the other language, by a dictionary: so that passages of both languages hold them."""

from aibox_assets.domain.translation.question import OTHER, TranslatedWord, Translation, translate_question

__all__ = ["OTHER", "TranslatedWord", "Translation", "translate_question"]
