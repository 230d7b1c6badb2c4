"""The page's addresses: every state is in them; back, forward, reload, other hosts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("optuna")

from tests.command import document
from tests.page.conftest import Visit
from tests.page.studies import DATA, DIGITS, EXAMPLES, spoken
from tests.page.visitor import Plain


def test_every_state_is_in_the_address_and_back_and_forward_follow_it(visit: Visit) -> None:
    visitor = visit().load()
    visitor.page.click("text=digits.db")
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert visitor.place() == "?example=digits.db#/digits-accuracy-vs-size"
    visitor.set("history", "objective", "n_parameters").set("importance", "objective", "accuracy")
    assert "460" in visitor.sentences()["history"]
    state = "?example=digits.db#/digits-accuracy-vs-size/importance?history.objective=n_parameters&objective=accuracy"
    assert visitor.place() == state
    said = visitor.sentences()
    visitor.choose(0)
    assert visitor.place() == "?example=digits.db#/digits-mlp"
    visitor.page.go_back()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert (visitor.place(), visitor.sentences()) == (state, said)
    visitor.page.reload()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    assert (visitor.place(), visitor.sentences()) == (state, said)
    controls = (
        "['history', 'importance'].map((view) => document.querySelector(`[data-view=${view}] [name=objective]`).value)"
    )
    assert visitor.run(controls) == ["n_parameters", "accuracy"]
    visitor.page.go_back()
    visitor.wait_for("document.querySelector('[data-view=importance] [name=objective]').value === ''")
    visitor.page.go_back()
    visitor.page.go_back()
    visitor.wait_for("!document.getElementById('welcome').hidden")
    assert (visitor.place(), visitor.title(), visitor.run("document.title")) == ("", "", "hpo-analyze")
    visitor.page.go_forward()
    visitor.wait_for_title("digits-accuracy-vs-size")
    visitor.assert_clean()


def test_a_second_file_replaces_the_first_and_back_brings_it_again(visit: Visit) -> None:
    visitor = visit().load().drop(EXAMPLES / "tiny-journal.log").settle()
    visitor.drop(DIGITS).settle()
    assert (visitor.title(), visitor.place()) == ("digits-accuracy-vs-size", "#/digits-accuracy-vs-size")
    visitor.page.go_back()
    visitor.wait_for_title("digits-momentum").settle()
    assert visitor.run("document.getElementById('opened').textContent") == "tiny-journal.log"
    visitor.page.go_forward()
    visitor.wait_for_title("digits-accuracy-vs-size").settle()
    visitor.assert_clean()


def test_after_a_reload_the_file_is_asked_for_and_its_address_kept(visit: Visit) -> None:
    visitor = visit().load().drop(DIGITS)
    visitor.choose(0)
    visitor.page.reload()
    visitor.wait_for("document.getElementById('status').textContent !== ''")
    assert (visitor.title(), visitor.place()) == ("", "#/digits-mlp")
    visitor.drop(DIGITS)
    assert visitor.title() == "digits-mlp"


def test_a_named_view_is_in_sight_once_all_are_filled(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp/rank").settle()
    visitor.wait_for("Math.abs(document.querySelector('[data-view=rank]').getBoundingClientRect().top - 52) < 30", 10)


def test_one_trial_has_an_address_its_neighbours_and_the_best_one_beside_it(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp/trial?numbers=12")
    visitor.wait_for_title("digits-mlp").settle()
    assert visitor.sentences()["trial"].startswith("Trial 12")
    for name, place, said in (
        ("next", "numbers=13", "Trial 13"),
        ("previous", "numbers=12", "Trial 12"),
        ("best", "numbers=12,220", "2 trials side by side"),
    ):
        visitor.page.click(f"[data-view=trial] [name={name}]")
        visitor.settle()
        assert visitor.place() == f"?example=digits.db#/digits-mlp/trial?{place}"
        assert visitor.sentences()["trial"].startswith(said)
        focused = visitor.run("document.activeElement.name")
        assert focused == name or name == "best"  # there it is no more
    visitor.page.fill("[data-view=trial] [name=numbers]", "999")
    visitor.page.keyboard.press("Tab")
    visitor.settle()
    refusal = visitor.run("document.querySelector('[data-view=trial] .refusal').innerText")
    assert refusal == "There is no trial '999'; the study has trials 0 to 299."
    visitor.page.go_back()
    visitor.settle()
    assert visitor.sentences()["trial"].startswith("2 trials side by side")
    visitor.assert_clean()


def test_a_wrong_option_in_the_address_is_refused_in_its_place(visit: Visit) -> None:
    visitor = visit().load("?example=digits.db#/digits-mlp/history?objective=loss&rank.z=1")
    visitor.wait_for_title("digits-mlp").settle()
    refusals = (
        "[...document.querySelectorAll('.refusal')].map((each) => [each.closest('.view').dataset.view, each.innerText])"
    )
    said = dict(visitor.run(refusals))
    assert "choose from: accuracy" in said["history"] and "no option 'z'" in said["rank"]


def test_a_database_comes_from_another_host_that_allows_it(visit: Visit, tmp_path: Path) -> None:
    shutil.copy(DIGITS, tmp_path / "a b.db")
    open_host = Plain(tmp_path, {"access-control-allow-origin": "*"})
    closed = Plain(tmp_path)
    visitor = visit(hosts=(open_host, closed)).load(f"?url={open_host.origin}/a%2520b.db#/digits-mlp").settle()
    assert (visitor.title(), visitor.run("document.getElementById('opened').textContent")) == ("digits-mlp", "a b.db")
    blocked = visitor.run("address => fetch(address).then(() => 'reached', () => 'refused')", closed.origin)
    assert blocked == "refused" and closed.asked == []  # the page may connect to the host that its address names alone
    other = visit(hosts=(open_host, closed))
    other.page.goto(f"{other.address}?url={closed.origin}/a%2520b.db")
    other.wait_for("!document.getElementById('message').hidden")
    assert "does not let other pages read its files" in other.message() and closed.origin[7:] in other.message()
    for each in (open_host, closed):
        each.stop()


def test_without_a_url_in_its_address_the_page_can_reach_nobody(visit: Visit, tmp_path: Path) -> None:
    host = Plain(tmp_path, {"access-control-allow-origin": "*"})
    visitor = visit(hosts=(host,)).load()
    assert visitor.run("address => fetch(address).then(() => 'reached', () => 'refused')", host.origin) == "refused"
    assert host.asked == []
    host.stop()


@pytest.mark.parametrize(
    ("address", "said"),
    [("?example=none.db", "no example"), ("?url=none.db", "404"), ("?url=ftp://a/b.db", "not an address")],
)
def test_an_address_that_leads_nowhere_is_told(visit: Visit, address: str, said: str) -> None:
    visitor = visit()
    visitor.page.goto(visitor.address + address)
    visitor.wait_for("!document.getElementById('message').hidden")
    assert said in visitor.message() and visitor.run("!document.getElementById('welcome').hidden")


def test_the_study_asked_for_last_is_the_one_shown(visit: Visit) -> None:
    visitor = visit().load().drop(DATA / "optuna-5.0.0.db")
    names = [study["name"] for study in document("studies", DATA / "optuna-5.0.0.db")]
    visitor.run("for (const link of document.querySelectorAll('[data-study]')) link.click()")
    visitor.wait_for_title(names[-1]).settle()
    assert visitor.sentences() == spoken(DATA / "optuna-5.0.0.db", names[-1])
    assert visitor.run("document.title").startswith(names[-1])
