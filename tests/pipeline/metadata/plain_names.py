"""What names stand for on a day, in plain Python: slow, and written from docs/metadata.md alone.

In: statements as dicts with the columns of the lake's table. Out: the values of the dimensions for one usage row.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

Row = dict[str, Any]
NOWHERE, NOBODY = "unattributed", "unmapped"


class Names:
    """The statements, and what they say of a name."""

    def __init__(self, statements: Sequence[Row]) -> None:
        self.statements = statements
        self.of_name: dict[str, list[Row]] = defaultdict(list)
        for one in statements:
            self.of_name[one["name"]].append(one)
        self.sharing = self._sharing()

    def dimensions(self, used: Row) -> Row:
        """The dimensions of a usage row: a dict with pool, day (a number), project, site, resource and user."""
        return self._of_project(used) | self._of_site(used) | self._of_user(used)

    def _of_project(self, used: Row) -> Row:
        name = used["project"]
        chosen = self._first(used, name, _file_alias("project"), _kind("project"), _alias("project"))
        registered = name if chosen is None else (chosen["target"] or chosen["name"])
        project = self._first(used, registered, _kind("project")) or {}
        field = self._newest("field", project.get("field_id")) or {}
        area = self._newest("field", field.get("target")) or {}
        broad = self._newest("nsf_field", project.get("field_name")) or {}
        return {
            "project": registered,
            "pi": project.get("pi") or NOBODY,
            "institution_id": self._institution_id(project.get("institution_id")) or NOBODY,
            "institution": self._institution(project.get("institution_id")) or NOBODY,
            "field_of_science": (field and (field["title"] or field["name"]))
            or project.get("field_id")
            or project.get("field_name")
            or NOBODY,
            "field_area": (area and (area["title"] or area["name"])) or field.get("target") or NOBODY,
            "nsf_field": broad.get("title") or NOBODY,
        }

    def _of_site(self, used: Row) -> Row:
        site, resource, place = self._place(used)
        here = self._first(used, site, _kind("site")) if site is not None else None
        facility = here["facility"] if here else None
        owner = self._first(used, facility, _kind("facility")) if facility else None
        institution = (here or {}).get("institution_id") or (owner or {}).get("institution_id")
        nothing = NOWHERE if used["site"] == NOWHERE else NOBODY
        assert place or site is None
        return {
            "site": site or used["site"],
            "resource": resource or used["resource"],
            "facility": facility or nothing,
            "contributing_institution": self._institution(institution) or nothing,
        }

    def _place(self, used: Row) -> tuple[str | None, str | None, str]:
        """Site and resource that are registered, and by which rule."""
        if used["resource"] != NOWHERE:
            other = self._first(used, used["resource"], _alias("resource"))
            if other is not None:
                resource = self._first(used, other["target"], _kind("resource"))
                return (resource["site"] if resource else None), other["target"], "alias of the resource"
        if used["site"] != NOWHERE:
            other = self._first(used, used["site"], _file_alias("site"))
            if other is not None:
                return other["target"], None, "alias of the site"
        if used["resource"] != NOWHERE:
            resource = self._first(used, used["resource"], _kind("resource"))
            if resource is not None:
                return resource["site"], resource["name"], "resource"
        if used["site"] != NOWHERE:
            site = self._first(used, used["site"], _kind("site"))
            if site is not None:
                return site["name"], None, "site"
            group = self._first(used, used["site"], _alias("site"))
            if group is not None:
                return group["target"], None, "resource group"
            resource = self._first(used, used["site"], _kind("resource"))
            if resource is not None:
                return resource["site"], None, "resource of the site's name"
        return None, None, ""

    def _of_user(self, used: Row) -> Row:
        name = used["user"]
        domain = "*@" + (name.split("@")[1] if "@" in name else "")
        account = self._first(used, name, _kind("user")) or self._first(used, domain, _kind("user"))
        if account is None:
            return {"person": name, "account": "unmapped", "user_institution": NOBODY}
        return {
            "person": account["person"] or name,
            "account": "service" if account["is_service"] else "person",
            "user_institution": self._institution(account["institution_id"]) or NOBODY,
        }

    def _first(self, used: Row, name: str | None, *sorts: Callable[[Row], bool]) -> Row | None:
        """The statement about a name that counts on that day: pool before all, then the first sort that is there."""
        there = [one for one in self.of_name.get(name or "", []) if _holds(one, used)]
        for of_pool in (True, False):
            for sort in sorts:
                found = [one for one in there if (one["pool"] is not None) == of_pool and sort(one)]
                if found:
                    return min(found, key=_preference)
        return None

    def _newest(self, kind: str, name: str | None) -> Row | None:
        """Names of institutions and fields are the newest that are stated, whatever the day."""
        found = [one for one in self.of_name.get(name or "", []) if one["kind"] == kind]
        return min(found, key=_newness, default=None)

    def _institution_id(self, written: str | None) -> str | None:
        other = [
            one
            for one in self.of_name.get(written or "", [])
            if _file_alias("institution")(one) and one["target"] != written
        ]
        return min(other, key=lambda one: _newness(one)[1:])["target"] if other else written

    def _institution(self, written: str | None) -> str | None:
        meant = self._institution_id(written)
        if meant is None:
            return None
        title = self._title(meant)
        if title is None:
            return meant
        return f"{title} [{meant}]" if len(self.sharing.get(title, ())) > 1 else title

    def _sharing(self) -> dict[str, set[str]]:
        """Title -> the institutions that have it, of those that anything belongs to."""
        named = {one["institution_id"] for one in self.statements if one["institution_id"]}
        found: dict[str, set[str]] = defaultdict(set)
        for written in named:
            meant = self._institution_id(written) or written
            title = self._title(meant)
            if title is not None:
                found[title].add(meant)
        return found

    def _title(self, institution_id: str) -> str | None:
        named = self.of_name.get(institution_id, [])
        found = [one for one in named if one["kind"] == "institution" and one["title"]]
        return min(found, key=_newness)["title"] if found else None


def _kind(kind: str) -> Callable[[Row], bool]:
    return lambda one: one["kind"] == kind


def _alias(of_kind: str) -> Callable[[Row], bool]:
    return lambda one: one["kind"] == "alias" and one["of_kind"] == of_kind


def _file_alias(of_kind: str) -> Callable[[Row], bool]:
    return lambda one: one["kind"] == "alias" and one["of_kind"] == of_kind and one["basis"] == "file"


def _holds(one: Row, used: Row) -> bool:
    begins = one["valid_from"] is None or one["valid_from"] <= used["day"]
    ends = one["valid_to"] is None or used["day"] <= one["valid_to"]
    return begins and ends and one["pool"] in (None, used["pool"])


def _preference(one: Row) -> tuple[Any, ...]:
    """A file before Topology, then the one that began last."""
    begin = one["valid_from"]
    return (one["basis"] != "file", begin is None, -(begin or 0), one["source"], one["record_id"])


def _newness(one: Row) -> tuple[Any, ...]:
    begin, end = one["valid_from"], one["valid_to"]
    return (one["basis"] != "file", end is not None, -(end or 0), begin is None, -(begin or 0), one["source"])
