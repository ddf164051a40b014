"""The plan by command line."""

from __future__ import annotations

from .running import World


def _running(world: World) -> tuple[str, str, str]:
    amina = world["amina"]
    plan = world.do("plan", amina, "begin", "--wants", "-", "--format", "json", as_="ana", stdin="Peace.").json["plan"]
    goal = world.json("goal", amina, "add", "A flat", "--measure", "A lease", "--due", "+90d", as_="ana")["goal"]
    step = world.json("step", amina, "add", "Ring", "--goal", goal, "--due", "+7d", "--who", "client", as_="ana")[
        "step"
    ]
    world.do("plan", amina, "submit", as_="ana")
    world.do("plan", amina, "approve", "--next", "+60d", as_="chloe")
    return plan, goal, step


def test_a_plan_is_written_approved_and_carried_out(world: World) -> None:
    amina = world["amina"]
    plan, goal, step = _running(world)
    [listed] = world.json("plan", amina, "list", as_="ana")
    assert (listed["id"], listed["state"], listed["approved_by"], listed["review"]) == (
        plan,
        "approved",
        "chloe",
        "2027-01-19",
    )
    [shown] = world.shown("amina")["plans"]
    assert (shown["wants"], shown["goals"][0]["title"], shown["goals"][0]["steps"][0]["who"]) == (
        "Peace.",
        "A flat",
        "client",
    )
    assert shown["goals"][0]["missing"] == ["need", "agreed"]
    moved = world.json("step", amina, "change", step, "--due", "+14d", as_="ana")
    assert moved["done"] == "A step is now due on 2026-12-04; first agreed: 2026-11-27"
    world.do("goal", amina, "agree", goal, "yes", "--words", "At last.", as_="ana")
    world.do("plan", amina, "agree", "partly", as_="ana")
    world.do("plan", amina, "review", "She has a key.", "--next", "+30d", as_="ana")
    done = world.json("step", amina, "done", step, as_="ana")
    assert world.json("plan", amina, as_="ana")["goals"][0]["done"] == 1
    world.do("undo", done["change"], "--yes", as_="ana")
    world.do("goal", amina, "reach", goal, as_="ana")
    [shown] = world.shown("amina")["plans"]
    assert (shown["agreed"], shown["goals"][0]["state"], shown["goals"][0]["words"]) == (
        "partly",
        "reached",
        "At last.",
    )
    assert [one["text"] for one in shown["reviews"]] == ["She has a key."]
    new = world.json("plan", amina, "begin", as_="ana")
    assert new["done"] == "Began version 2 of the service plan"
    world.do("plan", amina, "end", as_="ana")
    assert [one["state"] for one in world.json("plan", amina, "list", as_="ana")] == ["draft", "ended"]


def test_a_pipe_has_no_words_unless_it_says_why(world: World) -> None:
    amina = world["amina"]
    _running(world)
    piped = world.json("plan", amina, as_="ana")
    assert (piped["wants"], piped["goals"][0]["title"], piped["goals"][0]["measure"]) == (None, None, None)
    assert [row["title"] for row in world.json("plan", amina, "timeline", as_="ana")] == [None, None]
    assert [one["goals"][0]["title"] for one in world.json("show", amina, as_="ana")["plans"]] == [None]
    why = ("--identified", "--why", "Handover")
    assert world.json("plan", amina, *why, as_="ana")["wants"] == "Peace."
    assert [row["title"] for row in world.json("plan", amina, "timeline", *why, as_="ana")] == ["A flat", "Ring"]
    seen = world.do("plan", amina, as_="ana", terminal=True).out
    assert "Peace." in seen and "missing: which need it answers" in seen
    assert "Peace." in world.do("show", amina, as_="ana", terminal=True).out
    masked = world.do("show", amina, "--deidentified", "--format", "json", as_="ana").out
    assert '"A flat"' in masked and amina not in masked


def test_the_timeline_is_drawn_in_signs(world: World) -> None:
    amina = world["amina"]
    _plan, goal, step = _running(world)
    page = world.do("plan", amina, "timeline", "--zoom", "month", as_="ana", terminal=True).out
    assert "1. A flat (0/1)" in page and "| today" in page
    [first, second] = world.json("plan", amina, "timeline", as_="ana")
    assert (first["id"], first["step"], second["id"], second["step"], second["due"]) == (
        goal,
        None,
        step,
        1,
        "2026-11-27",
    )


def test_what_may_not_be_is_refused_with_its_code(world: World) -> None:
    amina, bruno = world["amina"], world["bruno"]
    world.do("plan", amina, "begin", as_="ana")
    goal = world.json("goal", amina, "add", "A flat", as_="ana")["goal"]
    one = world.json("step", amina, "add", "Ask", "--goal", goal, as_="ana")["step"]
    two = world.json("step", amina, "add", "Sign", "--goal", goal, "--after", one, as_="ana")["step"]
    for code, args in (
        (1, ("plan", amina, "begin")), (1, ("step", amina, "change", one, "--after", two)), (2, ("goal", bruno, "reach", goal)),
        (2, ("goal", amina, "add", "x", "--due", "+1d", "--starts", "+2d")), (2, ("plan", amina, "agree")),
        (2, ("plan", amina, "return")), (2, ("plan", bruno, "submit")), (2, ("step", amina, "add", "x")),
        (2, ("plan", amina, "begin", "--next", "+1d")), (2, ("plan", amina, "list", "--identified")),
        (4, ("goal", amina, "change", goal, "--title", "x", "--seen", "9")), (3, ("plan", amina, "approve")),
        (2, ("step", amina, "done", one, "--due", "+1d")), (2, ("goal", amina, "reach", goal, "yes")),
    ):  # fmt: skip
        assert world.run(*args, as_="ana").code == code, args
    world.do("plan", amina, "submit", as_="ana")
    back = world.json("plan", amina, "return", "--why", "By when?", as_="chloe")
    assert back["done"] == "Sent version 1 of the service plan back"
    assert world.json("plan", amina, "--identified", "--why", "x", as_="ana")["returned"] == "By when?"
    for who, code in (("olga", 3), ("nils", 3), ("dora", 2)):
        assert world.run("plan", amina, as_=None if who == "olga" else who).code == code, who
