"""The form of a booth: what an organiser types, as the fields that the festival takes, and back."""

import json
import re
import unicodedata
from collections.abc import Mapping
from itertools import chain, count
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from festival import booths, self_check_in
from festival.booths import EVERY, ONCE, Booth
from festival.errors import Reason, Refusal
from web.forms import TextForm

ICONS = {
    "stethoscope": _l("听诊器"),
    "eyeglass-2": _l("眼镜"),
    "scissors": _l("剪刀"),
    "news": _l("报纸"),
    "flower": _l("花"),
    "horse-toy": _l("木马"),
    "needle-thread": _l("针线"),
    "teapot": _l("茶壶"),
    "circle": _l("棋子"),
    "basket": _l("篮子"),
    "heart-handshake": _l("爱心"),
    "masks-theater": _l("戏剧面具"),
    "users": _l("一群人"),
    "bell-ringing": _l("铃铛"),
    "map-pin": _l("地点"),
}
BY_HOURS, OPEN, SHUT = "hours", "open", "shut"
OPEN_VALUES: dict[str, bool | None] = {BY_HOURS: None, OPEN: True, SHUT: False}
NONE = ""
_WHOLE = re.compile(r"[0-9]{1,9}")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2})|[点點时](?:(半)|([0-9]{1,2})分?|整|钟)?)?")
_SLUG = re.compile(r"[^a-z0-9]+")
LONGEST_SLUG = 30

TROUBLES = {
    "slug": _l("代号要 1 到 30 个小写字母、数字或短横。"),
    "number": _l("门牌号要 1 到 999 的整数。"),
    "name": _l("名称要 1 到 40 个字。"),
    "name_en": _l("英文名称最多 80 个字母。"),
    "short_name": _l("短名要 1 到 4 个字。"),
    "icon": _l("选一个图标。"),
    "place": _l("位置最多 120 个字。"),
    "place_en": _l("英文位置最多 120 个字母。"),
    "section": _l("选一个版块，或者不选。"),
    "quota": _l("名额要 0 到 1000000 的整数，不限就空着。"),
    "counts": _l("选一种记法。"),
    "again_after_minutes": _l("要 0 到 10080 的整数，马上能再记就空着。"),
    "open": _l("选一种开法。"),
    "opens_at": _l("时间写成 9:30 这样。"),
    "closes_at": _l("时间写成 16:30 这样。"),
    "first_visit": _l("先去的摊绕成了一圈，换一个。"),
    "self_check_in": _l("选一种签法。"),
    "questions": _l("每个问题要写出来，最多 100 个字；选项每行一个，最多 20 个，每个最多 60 个字。"),
}


class QuestionForm(Form):  # type: ignore[misc]
    """A question that the booth asks; its key is made for it and stays."""

    key = HiddenField()
    label = StringField()
    required = BooleanField()
    choices = TextAreaField()


class BoothForm(TextForm):
    """All of a booth. Texts stay as they were typed; ``values`` makes fields of them."""

    slug = StringField()
    number = StringField()
    name = StringField()
    name_en = StringField()
    short_name = StringField()
    icon = RadioField(choices=[SelectChoice(name, name) for name in ICONS], default=booths.DEFAULT_ICON)
    place = StringField()
    place_en = StringField()
    section = StringField()
    quota = StringField()
    counts = RadioField(choices=[SelectChoice(rule, rule) for rule in (ONCE, EVERY)], default=ONCE)
    again_after_minutes = StringField()
    open = RadioField(choices=[SelectChoice(value, value) for value in OPEN_VALUES], default=BY_HOURS)
    opens_at = StringField()
    closes_at = StringField()
    first_visit = StringField()
    self_check_in = RadioField(
        choices=[SelectChoice(rule, rule) for rule in booths.SELF_CHECK_IN], default=self_check_in.NO
    )
    questions = FieldList(FormField(QuestionForm))
    was = HiddenField()

    def __init__(self, *args: Any, **arguments: Any) -> None:
        super().__init__(*args, **arguments)
        self.troubles: dict[str, str] = {}

    def values(self) -> dict[str, Any]:
        """Return what was typed as the fields of a booth; what cannot be one stays as typed, to be judged."""
        typed = {name: (getattr(self, name).data or "").strip() for name in booths.FIELDS if name != "questions"}
        return typed | {
            "number": _whole_number(typed["number"]),
            "section": typed["section"] or None,
            "quota": _whole_number(typed["quota"]),
            "again_after_minutes": _whole_number(typed["again_after_minutes"]) if typed["counts"] == EVERY else None,
            "open": OPEN_VALUES.get(typed["open"], typed["open"]),
            "opens_at": clock_time(typed["opens_at"]),
            "closes_at": clock_time(typed["closes_at"]),
            "first_visit": typed["first_visit"] or None,
            "questions": _questions(self.questions.data),
        }

    def asked(self) -> list[QuestionForm]:
        """Return the rows that hold a question."""
        rows = [entry.form for entry in self.questions.entries]
        return [row for row in rows if (row.label.data or "").strip() or (row.choices.data or "").strip()]

    def blame(self, field: str, text: str | None = None) -> None:
        """Write beside a field what is wrong with it."""
        self.troubles[field] = text or str(TROUBLES.get(field, _("这里不对，再看看。")))


def filled(booth: Booth) -> BoothForm:
    """Return the form of a booth that is there."""
    shown = booth.as_json(edition_closed=False)
    texts = {name: "" if value is None else str(value) for name, value in shown.items()}
    by_hand = {value: name for name, value in OPEN_VALUES.items()}
    questions = [question.as_json() | {"choices": "\n".join(question.choices or ())} for question in booth.questions]
    form = BoothForm(data=texts | {"open": by_hand[booth.open], "questions": questions})
    form.was.data = json.dumps(form.values())
    return form


def changed(form: BoothForm) -> dict[str, Any]:
    """Return the fields that somebody changed in the form, without the slug, which stays.

    Held against what the form showed, not against the booth: what was done elsewhere since then must stay.
    """
    try:
        was = json.loads(form.was.data or "")
        return {name: value for name, value in form.values().items() if name != "slug" and value != was[name]}
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(Reason.INVALID) from error


def own_slug(values: Mapping[str, Any], taken: set[str]) -> str:
    """Return a slug for a booth whose organiser gave none: from its English name, else from its plate."""
    words = _SLUG.sub("-", values["name_en"].lower()).strip("-")[:LONGEST_SLUG].strip("-")
    plate = values["number"] if isinstance(values["number"], int) else len(taken) + 1
    wanted = words or f"booth-{plate}"
    others = (f"{wanted[: LONGEST_SLUG - 4]}-{number}" for number in count(2))
    return next(slug for slug in chain([wanted], others) if slug not in taken)


def _whole_number(typed: str) -> int | str | None:
    if not typed:
        return None
    return int(typed) if typed.isascii() and _WHOLE.fullmatch(typed) else typed


def clock_time(typed: str) -> str | None:
    """Return ``HH:MM`` of a time as people write it: 9:30, 9.30, 930, 9点半, also full-width; None where nothing is.

    What is no time stays as it was typed, to be judged.
    """
    written = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).replace(" ", ""))
    if written is None:
        return typed.strip() or None
    hour, minutes, half, spoken = written.groups()
    return f"{int(hour):02}:{30 if half else int(minutes or spoken or 0):02}"


def _questions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions of the rows that hold one; each without a key gets one that is free."""
    asked = [row for row in rows if (row["label"] or "").strip() or (row["choices"] or "").strip()]
    keys = {row["key"] for row in asked if row["key"]}
    free = (f"q{number}" for number in range(1, 100) if f"q{number}" not in keys)
    return [
        {
            "key": row["key"] or next(free),
            "label": (row["label"] or "").strip(),
            "required": bool(row["required"]),
            "choices": [line.strip() for line in (row["choices"] or "").splitlines() if line.strip()] or None,
        }
        for row in asked
    ]
