"""Languages are told from ordinary sentences, and nothing is said of what could be anything."""

import json
from pathlib import Path

import pytest

from analytics.evaluation.languages import is_in, language_of
from analytics.evaluation.lexicon import lexicon

SENTENCES = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", SENTENCES)
def test_an_ordinary_sentence_is_in_its_language_and_in_no_other(language):
    text = SENTENCES[language]
    assert language_of(text) in {language, None}
    assert is_in(text, language)
    others = [other for other in SENTENCES if other != language]
    assert [other for other in others if is_in(text, other)] == []


@pytest.mark.parametrize(
    "text", ["", "14", "OK", "GPT-4o 128k", "```python\nthe_of_and = 1\n```", "https://the.of/and/to"]
)
def test_what_could_be_anything_is_not_said(text):
    assert language_of(text) is None
    assert is_in(text, "en") is None


def test_names_and_terms_in_latin_letters_change_nothing():
    assert language_of("Bitte öffnen Sie Settings und dann Privacy & Security, wenn das nicht geht.") == "de"
    assert language_of("设置 Kubernetes 集群的 kubeconfig 文件, 然后运行命令。") == "zh"


def test_every_language_has_words_or_a_script():
    found = lexicon()
    assert all(found.words[language] for language in found.words)
    assert set(SENTENCES) <= found.languages
