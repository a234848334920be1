"""Calendars to subscribe to: what one would hold, giving it out, and the page that shows its address and a QR code."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import segno
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from notifications.speech import N_
from plans.model import say
from plans.trouble import DubanError, UsageError
from scheduler.calendars import LARGE, feed_bytes, large_ones
from scheduler.subscriptions import addresses, is_address, name_of, named, narrowed, new_feed, open_ones
from store import tokens
from store.tokens import Grant, Held
from web.rendering import notice, render, way_up
from web.view import NotHereError, Row, View
from web.visit import Visit

NARROWED = ("plan", "unit", "person")
MOST = 50  # open calendars of one filter that a reader's own link may give out
CHOICES: Mapping[str, Mapping[str, str]] = {
    "titles": {"full": N_("whole titles"), "number": N_("numbers only")},
    "kind": {"events": N_("entries of a calendar"), "todos": N_("to-dos, for programs that show them")},
}
CLIENTS = (
    (N_("iPhone, iPad, Mac"), N_("some 20 to 40 minutes to an hour, as set there")),
    (N_("Outlook on the desk"), N_("with every send and receive, some 30 minutes")),
    (N_("Outlook on the web, Exchange"), N_("about three hours; the server must reach this address")),
    (N_("Google Calendar"), N_("8 to 24 hours; Google must reach this address")),
    (N_("Thunderbird, KDE, Evolution"), N_("30 minutes, as set there")),
    (N_("Nextcloud"), N_("an hour; on an intranet its administrator must allow local addresses")),
)


def offer(visit: Visit) -> Response:
    """Show what a calendar of the address's filter would hold, and the form that gives it out."""
    view = View.of(visit)
    try:
        chosen = _chosen_filter(view)
    except NotHereError:
        return notice(visit.request, 404)
    day, settings = view.today, visit.house.settings
    with visit.house.database.read() as connection:
        name = name_of(connection, chosen, view.speech.language)
        body = feed_bytes(connection, settings, Grant("feed", chosen, {}, name), day) or b""
        feeds = open_ones(connection, day, "feed") if view.is_office else []
        large = {held.hash: octets for held, octets in large_ones(connection, settings, feeds)}
        given = [_shown(view, held) | {"large": large.get(held.hash, 0) // 1000} for held in feeds]
    return render(
        visit,
        "subscribe.html",
        view=view,
        name=name,
        chosen=chosen,
        entries=body.count(b"\r\nUID:"),
        size=len(body) if len(body) > LARGE else 0,
        given=given,
        choices=CHOICES,
        filters={
            "plan": [(key, plan["title"] or key) for key, plan in view.plans.items()],
            "unit": [(key, unit["name"]) for key, unit in view.units.items()],
        },
    )


def _chosen_filter(view: View) -> dict[str, Any]:
    """Return the filter a calendar would have: the address's within the token's.

    Raises:
        NotHereError: it can't be one of a calendar's, such as a phase.
    """
    found = {name: value for name, value in view.filters.items() if value}
    if set(found) - set(NARROWED):
        raise NotHereError
    return found


def _shown(view: View, held: Held) -> Row:
    parts = {"plan": view.plan_title, "unit": view.unit_name}
    people = {key: person["name"] for key, person in view.people.items()}
    words = [
        parts[name](value) if name in parts else people.get(value, str(value))
        for name, value in held.grant.filter.items()
        if isinstance(value, str)
    ]
    return {
        "short": held.short,
        "name": held.grant.name,
        "filter": view.speech.names(words),
        "made": view.day_words(str(held.made_on)),
        "used": view.day_words(str(held.used_on)) if held.used_on else "",
        "replaced": bool(held.replaced_on),
    }


def give(visit: Visit, form: FormData) -> Response:
    """Give out a calendar and show its page; in the address of that page stands the calendar's own secret."""
    view, day = View.of(visit), visit.house.today()
    fields = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    try:
        wanted = view.within({name: fields[name] for name in NARROWED if fields.get(name)})
        if set(wanted) - set(NARROWED):
            raise NotHereError
        with visit.house.database.write() as connection:
            filters = narrowed(connection, wanted)
            own = [held for held in open_ones(connection, day, "feed") if held.grant.filter == filters]
            if len(own) >= MOST and not view.is_office:
                raise UsageError(say("too many calendars of this kind were given out; ask the office to close some"))
            language = visit.speech.language
            taken = [held.grant.name for held in open_ones(connection, day, "feed")]
            chosen: dict[str, Any] = {
                name: fields[name] for name, words in CHOICES.items() if fields.get(name) in words
            }
            chosen |= {"alarms": fields.get("alarms") == "yes", "language": language}
            secret = new_feed(connection, filters, chosen, name_of(connection, filters, language, taken), day)
    except NotHereError:
        return notice(visit.request, 404)
    except DubanError as trouble:
        return _refused(visit, view, trouble)
    return RedirectResponse(f"{way_up(visit.request)}s/{secret}/", status_code=303)


def change(visit: Visit, form: FormData) -> Response:
    """Replace the address of a calendar, or close it at once."""
    view, day = View.of(visit), visit.house.today()
    try:
        with visit.house.database.write() as connection:
            held = named(connection, str(form.get("feed", "")), day, "feed")
            if form.get("do") == "rotate" and not held.replaced_on:
                secret = tokens.rotate(connection, held, day)
                return RedirectResponse(f"{way_up(visit.request)}s/{secret}/", status_code=303)
            if form.get("do") == "revoke":
                tokens.revoke(connection, held, day)
    except DubanError as trouble:
        return _refused(visit, view, trouble)
    return RedirectResponse("../subscribe", status_code=303)


def _refused(visit: Visit, view: View, trouble: DubanError) -> Response:
    said = trouble.sentence if isinstance(trouble.sentence, str) else visit.speech.sentence(trouble.sentence)
    return render(visit, "trouble.html", 409, view=view, sentence=said, back=view.link("subscribe"))


def calendar(visit: Visit) -> Response:
    """Show a calendar to whoever has its address: what it holds, how it is subscribed to, and how it is closed."""
    house, held = visit.house, visit.held
    base = house.settings.base_url or str(visit.request.base_url)
    found = addresses(base if is_address(base) else str(visit.request.base_url), visit.secret)
    with house.database.read() as connection:
        body = feed_bytes(connection, house.settings, held.grant, house.today()) or b""
    return render(
        visit,
        "calendar.html",
        found=found,
        name=held.grant.name,
        short=held.short,
        entries=body.count(b"\r\nUID:"),
        titles=held.grant.properties.get("titles", "full"),
        clients=CLIENTS,
        code=qr(found.webcal),
    )


def qr(address: str) -> Markup:
    """Return the QR code of an address as an SVG, without a style in it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=3,
        svgclass="qr",
        lineclass="qr-dark",
        nl=False,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 (a path of numbers)
