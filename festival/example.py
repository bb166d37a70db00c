"""The example festival: five sections and twelve booths, as the community holds it."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from festival import accounts, audit
from festival.editions import CLOSED_UNTIL_FILED
from festival.stations import BUILT_IN
from festival.storage.tables import (
    Booth,
    BoothDay,
    BoothTotal,
    Edition,
    Festival,
    Section,
    Station,
)

EDITION = {"name": "第五届", "name_en": "Fifth", "time_zone": "Asia/Shanghai"}

SECTIONS = (
    ("service", "志愿服务", "Voluntary service"),
    ("information", "公益宣传", "Public information"),
    ("games", "游艺互动", "Games and crafts"),
    ("market", "跳蚤市场", "Flea market"),
    ("stage", "文艺演出", "Performances"),
)

# plate, slug, section, icon, name, short name, English name, place, English place
BOOTHS = (
    (1, "clinic", "service", "stethoscope", "居民义诊", "居民义诊", "Free clinic",
     "进门右手边，红帐篷", "Right of the gate, red tent"),
    (2, "glasses", "service", "eyeglass-2", "现场配老花镜", "配老花镜", "Reading glasses",
     "义诊旁边", "Next to the clinic"),
    (3, "repairs", "service", "scissors", "便民服务", "便民服务", "Handy services",
     "义诊往里走，大槐树下", "Past the clinic, under the big tree"),
    (4, "handouts", "information", "news", "文明宣传", "文明宣传", "Public information",
     "进门左手边", "Left of the gate"),
    (5, "lecture", "information", "flower", "花卉讲座", "花卉讲座", "Flower lecture",
     "活动室一层", "Activity room, ground floor"),
    (6, "clay", "games", "horse-toy", "儿童彩泥", "儿童彩泥", "Clay for children",
     "小广场东边", "East side of the square"),
    (7, "crafts", "games", "needle-thread", "传统手工", "传统手工", "Traditional crafts",
     "彩泥旁边", "Next to the clay"),
    (8, "tea", "games", "teapot", "茶艺展示", "茶艺展示", "Tea",
     "凉亭里", "In the pavilion"),
    (9, "chess", "games", "circle", "象棋打擂", "象棋打擂", "Chess arena",
     "凉亭外，石桌旁", "By the stone tables"),
    (10, "barter", "market", "basket", "易物益爱", "易物益爱", "Barter market",
     "小广场西边", "West side of the square"),
    (11, "charity", "market", "heart-handshake", "书画义卖", "书画义卖", "Charity sale",
     "易物旁边", "Next to the barter market"),
    (12, "stage", "stage", "masks-theater", "文艺演出", "文艺演出", "Stage",
     "小广场北头舞台", "Stage at the north end"),
)  # fmt: skip

QUOTAS = {"glasses": 60}


def fill(db: Connection, *, password_hash: str, now: datetime) -> None:
    """Fill an empty database: the edition, its sections and booths, the built-in stations, the first organiser."""
    edition_id = db.execute(
        insert(Edition).values(**EDITION, closed_at=None, version=1, people=0, walk_ins=0).returning(Edition.id)
    ).scalar_one()
    own = {"community": secrets.token_hex(16), "generation": secrets.token_hex(16)}
    db.execute(insert(Festival).values(id=1, edition_id=edition_id, config_version=1, **own))
    sections = _fill_sections(db)
    for position, row in enumerate(BOOTHS):
        _fill_booth(db, edition_id, position, _fields(row, sections))
    for key, (name, kind) in BUILT_IN.items():
        db.execute(insert(Station).values(name=name, kind=kind.value, built_in=key, token_hash=None, enrolled_at=now))
    accounts.add_first(db, password_hash=password_hash)
    audit.note(db, actor="set-up", now=now, act="festival.fill", thing=f"edition {edition_id}")


def _fill_sections(db: Connection) -> dict[str, int]:
    return {
        slug: db.execute(
            insert(Section).values(slug=slug, name=name, name_en=name_en, position=position).returning(Section.id)
        ).scalar_one()
        for position, (slug, name, name_en) in enumerate(SECTIONS)
    }


def _fields(row: tuple[Any, ...], sections: dict[str, int]) -> dict[str, Any]:
    number, slug, section, icon, name, short_name, name_en, place, place_en = row
    return {
        "number": number,
        "slug": slug,
        "section_id": sections[section],
        "icon": icon,
        "name": name,
        "short_name": short_name,
        "name_en": name_en,
        "place": place,
        "place_en": place_en,
        "counts": "once",
        "questions": [],
    }


def _fill_booth(db: Connection, edition_id: int, position: int, fields: dict[str, Any]) -> None:
    booth_id = db.execute(insert(Booth).values(**fields, position=position).returning(Booth.id)).scalar_one()
    slug = fields["slug"]
    day = {"edition_id": edition_id, "booth_id": booth_id}
    is_open = False if slug in CLOSED_UNTIL_FILED else None
    db.execute(insert(BoothDay).values(**day, quota=QUOTAS.get(slug), open=is_open, paused=False))
    db.execute(insert(BoothTotal).values(**day, visits=0, people=0, walk_ins=0))
