"""Two languages: every sentence is translated, its placeholders are the same, and none bypasses the catalogue."""

from __future__ import annotations

import ast
import html
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from analyzer import browser, open_database
from analyzer.errors import AnalyzerError
from analyzer.language import LANGUAGES, catalogue, speaking
from analyzer.report import Making, rendered, report_html, variants, view_html
from analyzer.text import _, counted, enumerated, listed, noted, paragraph
from analyzer.view import View
from analyzer.views import registry
from tests.command import document, run
from tests.sentences import CATALOGUES, ROOT, compiled, merged, text, written
from tests.sentences import catalogue as kept
from tests.zoo import ZOO

DB = ROOT / "tests" / "data" / "optuna-5.0.0.db"
DIGITS = ROOT / "web" / "examples" / "digits.db"
ERRORS = {"AnalyzerError", *(error.__name__ for error in AnalyzerError.__subclasses__())}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SOURCES = [path for path in sorted((ROOT / "analyzer").rglob("*.py")) if "_web" not in path.parts]
TEMPLATES = sorted((ROOT / "web" / "templates").glob("*.html"))

every_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def messages(path: Path) -> list[Message]:
    return [message for message in kept(path) if message.id]


def forms(said: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def places(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name is not None}


# ---- the catalogues --------------------------------------------------------------------------------------------------


def test_every_language_but_english_has_a_catalogue() -> None:
    assert len(CATALOGUES) == len(LANGUAGES) - 1
    for language in set(LANGUAGES) - {"en"}:
        assert catalogue(language).gettext("Best") != "Best"


@every_catalogue
def test_a_catalogue_holds_the_sentences_of_the_sources_and_no_other(path: Path) -> None:
    assert path.read_bytes() == written(merged(path)), "run: python -m tests.sentences"


@every_catalogue
def test_every_sentence_is_translated_and_certain(path: Path) -> None:
    wanting = [message.id for message in messages(path) if message.fuzzy or not all(forms(message.string))]
    assert not wanting


@every_catalogue
def test_a_translation_has_the_placeholders_of_its_sentence(path: Path) -> None:
    for message in messages(path):
        asked = set.union(*map(places, forms(message.id)))
        for said in forms(message.string):
            assert places(said) == asked, message.id


@every_catalogue
def test_a_translation_ends_and_begins_as_its_sentence_does(path: Path) -> None:
    for message in messages(path):
        for sentence, said in zip(forms(message.id), forms(message.string), strict=False):
            assert said.rstrip(".。？?") != said or sentence.rstrip(".?") == sentence, (sentence, said)
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", said), said  # full width in Chinese


@every_catalogue
def test_the_compiled_catalogue_is_up_to_date(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(kept(path)), "run: python -m tests.sentences"


# ---- nothing bypasses them -------------------------------------------------------------------------------------------


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def letters(node: ast.expr | None) -> str:
    """The words that a literal or an f-string holds by itself, '' where it holds none."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node] if node else []
    return " ".join(text(part) for part in parts if re.search("[A-Za-z]{2}", text(part)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_error_title_or_label_is_a_literal(path: Path) -> None:
    said = {**dict.fromkeys(ERRORS, 0), "axis": 0, "colour_bar": 0, "_say": 0, "_progress": 0}
    for call in calls(path):
        at = said.get(name_of(call))
        if at is not None and len(call.args) > at:
            assert not letters(call.args[at]), f"line {call.lineno}: {ast.unparse(call)}"
        for word in call.keywords:
            if word.arg in ("note", "shared_y") or (word.arg == "name" and name_of(call) in ("points", "line")):
                assert not letters(word.value), f"line {call.lineno}: {ast.unparse(call)}"


@pytest.mark.parametrize("path", [path for path in SOURCES if "views" in path.parts], ids=lambda path: path.stem)
def test_no_answer_is_put_together_from_literals(path: Path) -> None:
    """What a function of words returns has to come from the catalogue: `_`, `counted`, or another function of words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if not (isinstance(function.returns, ast.Name) and function.returns.id == "str"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Return):
                assert not letters(node.value), f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_translated_is_a_literal_or_was_marked_as_one(path: Path) -> None:
    for call in calls(path):
        if isinstance(call.func, ast.Name) and call.func.id in ("_", "marked"):
            assert not isinstance(call.args[0], ast.JoinedStr), f"line {call.lineno}: filled in before it is translated"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    spoken = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    for attribute in re.findall(r'(?:title|aria-label|placeholder)="([^"]*)"', spoken):
        assert not re.search("[A-Za-z]{2}", attribute), attribute
    spoken = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", "\n", spoken, flags=re.DOTALL)
    names = {"CSV", "PNG", "SVG", "hpo-analyze", "digits.db", "tiny-journal.log", "&nbsp;"}
    assert set(re.findall(r"[\w.&;-]*[A-Za-z]{2}[\w.&;-]*", spoken)) <= names


@pytest.mark.parametrize("path", sorted((ROOT / "web" / "js").glob("*.js")), ids=lambda path: path.name)
def test_scripts_say_nothing_by_themselves(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    shown = r"(?:textContent|innerText|ariaLabel|placeholder|title)\s*[=:]\s*(['\"`])((?:(?!\1).)*)\1"
    for _quote, said in re.findall(shown, source):
        assert (
            not re.search("[A-Za-z]{2}", re.sub(r"\$\{[^}]*\}", "", said)) or "hpo-analyze" in said or said == "English"
        )
    assert not re.findall(r"\b(?:say|announce|remark|alert)\(['\"`]\w", source)


# ---- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "animal", ["everyday", "two objectives", "conditional", "empty", "three objectives, constrained"]
)
@pytest.mark.parametrize("view", registry().values(), ids=lambda view: view.slug)
def test_every_view_answers_in_chinese_with_the_numbers_of_the_english_answer(view: View, animal: str) -> None:
    study = ZOO[animal]()
    for options in variants(study, view):
        english = rendered(study, view, options)
        with speaking("zh"):
            chinese = rendered(study, view, options)
        said = [each.answer if each.reason is None else each.reason for each in (english, chinese)]
        assert CHINESE.search(said[1]), said[1]
        assert said[1].endswith("。")
        numbers = [sorted(re.findall(r"\d[\d.,×⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*\d|\d", each)) for each in said]
        assert numbers[0] == numbers[1], said


def test_counts_have_the_forms_of_the_language() -> None:
    words = ("{count} trial", "{count} trials")
    with speaking("zh"):
        assert [counted(count, *words) for count in (1, 1200)] == ["1 个试验", "1,200 个试验"]
    assert [counted(count, *words) for count in (1, 1200)] == ["1 trial", "1,200 trials"]


def test_rows_of_things_and_sentences_are_joined_as_the_language_joins_them() -> None:
    said = [(listed(["a", "b", "c"]), enumerated("ab"), noted("ab"), paragraph(["A.", "", "B."]))]
    with speaking("zh"):
        said.append((listed(["a", "b", "c"]), enumerated("ab"), noted("ab"), paragraph(["A。", "", "B。"])))
    assert said == [("a, b and c", "a, b", "a; b", "A. B."), ("a、b、c", "a、b", "a；b", "A。B。")]


def test_an_unknown_language_is_english() -> None:
    with speaking("xx"):
        assert _("Best") == "Best"


# ---- the surfaces ----------------------------------------------------------------------------------------------------


def test_the_shell_speaks_the_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    english = run("show", "history", DIGITS, "-s", "digits-mlp").out
    assert english.startswith("Is the search still improving?")
    asked = run("show", "history", DIGITS, "-s", "digits-mlp", "--lang", "zh").out
    assert asked.startswith("搜索仍在改进吗？")
    assert run("show", "--lang=zh", "history", DIGITS, "-s", "digits-mlp").out == asked
    for variable in ("LANG", "LC_ALL", "LANGUAGE"):
        for other in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(other, raising=False)
        monkeypatch.setenv(variable, "zh_CN.UTF-8")
        assert run("show", "history", DIGITS, "-s", "digits-mlp").out == asked
        assert run("show", "history", DIGITS, "-s", "digits-mlp", "--lang", "en").out == english


def test_errors_are_said_in_the_language_too() -> None:
    ran = run("summary", "no-such.db", "--lang", "zh")
    assert (ran.code, ran.err) == (1, "hpo-analyze: 没有文件 'no-such.db'。请检查路径；未创建任何内容。\n")
    assert CHINESE.search(run("show", "nonsense", DIGITS, "--lang", "zh").err)
    assert run("summary", DB, "--lang", "fr").code == 2


def test_json_keeps_its_keys_and_numbers() -> None:
    words = ("show", "importance", DIGITS, "-s", "digits-mlp")
    english, chinese = document(*words), document(*words, "--lang", "zh")
    for spoken in ("question", "answer"):
        assert CHINESE.search(chinese.pop(spoken)) and not CHINESE.search(english.pop(spoken))
    assert chinese["result"] == english["result"]
    assert set(chinese) == set(english)


def test_a_report_is_in_one_language_and_says_so(tmp_path: Path) -> None:
    for language, tag in (("en", "en"), ("zh", "zh-CN")):
        out = tmp_path / f"{language}.html"
        assert run("report", DIGITS, "-s", "digits-mlp", "-o", out, "--lang", language).code == 0
        made = out.read_text(encoding="utf-8")
        assert f'<html lang="{tag}">' in made
        assert (" --lang zh</code>" in made) == (language == "zh")
    assert "超参数重要性" in made and "Hyperparameter importance" not in made


def test_a_report_in_chinese_leaves_no_english_sentence(tmp_path: Path) -> None:
    with open_database(DIGITS) as database, speaking("zh"):
        studies = [database.read(name) for name in database.names]
        made = report_html(studies, Making("", ""))
    stored = {str(value) for study in studies for value in study.attributes.values()}  # the user's own words
    body = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", "\n", made, flags=re.DOTALL)
    lines = [html.unescape(line.strip()) for line in body.splitlines()]
    left = [line for line in lines if re.search(r"[a-z]{2,} [a-z]{2,}", line) and not CHINESE.search(line)]
    assert set(left) <= stored


def test_one_view_as_a_file_is_in_the_language_too() -> None:
    with open_database(DIGITS) as database, speaking("zh"):
        study = database.read("digits-mlp")
        made = view_html(study, rendered(study, registry()["history"]), Making("", ""))
    assert '<html lang="zh-CN">' in made and "搜索仍在改进吗？" in made


def test_the_page_is_answered_in_the_language_of_each_call() -> None:
    files = [{"path": str(DIGITS), "name": DIGITS.name}]
    opened = json.loads(browser.open_files(json.dumps({"files": files, "language": "zh"}))[0])
    assert "搜索仍在改进吗？" in opened["page"]["html"]
    assert CHINESE.search(opened["settings"]["words"]["filter"])
    request = {"database": 0, "study": "digits-mlp", "slug": "history", "options": {}}
    for language, question in (("en", "Is the search still improving?"), ("zh", "搜索仍在改进吗？")):
        assert question in json.loads(browser.view(json.dumps({**request, "language": language}))[0])["html"]
        frame = json.loads(browser.frame(json.dumps({"language": language}))[0])
        assert bool(CHINESE.search(frame["settings"]["words"]["filter"])) == (language == "zh")
        assert bool(CHINESE.search(frame["html"])) == (language == "zh")
    refused = json.loads(browser.view(json.dumps({**request, "slug": "none", "language": "zh"}))[0])
    assert CHINESE.search(refused["error"])


# ---- the two READMEs -------------------------------------------------------------------------------------------------


def test_both_readmes_name_the_same_commands_and_views() -> None:
    """A row of a table begins with what it is about: the same in both, translated behind it."""
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    for slug in registry():
        assert f"| {slug} |" in english and re.search(rf"\| {slug}（", chinese), slug
    for command in re.findall(r"`(hpo-analyze [^`]*)` \|", english):
        if "bench" not in command and command != "hpo-analyze report":
            assert f"`{command}` |" in chinese, command
