"""The language model of the settings: a client for answers and for extraction, and what extraction may spend."""

from __future__ import annotations

from sqlalchemy import Engine

from aibox_assets.client.chat import ChatModel
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.llm.budget import Budget, ProcessLedger
from aibox_assets.domain.extract.llm.extractor import PREFIX, LanguageModelExtractor
from aibox_assets.domain.ontology import Ontology
from aibox_assets.settings import Settings
from aibox_assets.stores.language_model_use import LanguageModelUse


def chat_model(settings: Settings, name: str) -> ChatModel:
    """The model *name* of the server that is set.

    :raises ConfigurationError: none is set, or the name is empty.
    """
    if settings.llm_url is None:
        raise ConfigurationError(
            "A language model is named, and AIBOX_LLM_URL is not set.",
            "Set it to an address that speaks OpenAI's protocol, e.g. http://localhost:11434/v1.",
        )
    if not name:
        raise ConfigurationError("The language model has no name.", "Write llm:NAME, e.g. llm:qwen3.")
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return ChatModel(settings.llm_url, name, key, settings.llm_seconds)


def ask_language_model(
    spec: str, settings: Settings, ontology: Ontology, engine: Engine | None
) -> LanguageModelExtractor:
    """The extractor ``llm:NAME``.

    :param engine: of our database; without one each process counts for itself.
    :raises ConfigurationError: as :func:`chat_model`; or a cost is limited, and there are no prices.
    """
    name = spec.removeprefix(PREFIX)
    prices = (settings.llm_price_read, settings.llm_price_written)
    if settings.llm_cost_a_day is not None and not any(prices):
        raise ConfigurationError(
            "AIBOX_LLM_COST_A_DAY is set, and no price is.",
            "Set AIBOX_LLM_PRICE_READ and AIBOX_LLM_PRICE_WRITTEN, of a million tokens each.",
        )
    budget = Budget(settings.llm_calls_a_day, settings.llm_tokens_a_day, settings.llm_cost_a_day, prices)
    return LanguageModelExtractor(
        spec,
        ontology,
        chat_model(settings, name),
        ProcessLedger(budget, name) if engine is None else LanguageModelUse(engine, name, budget),
        calls=settings.llm_calls,
        max_tokens=settings.llm_max_tokens,
    )
