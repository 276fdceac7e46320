"""Archives are read in memory, and those that are hostile are refused as a whole."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.metadata import bundle

PROJECT = ("topo/projects/A.yaml", b"PIName: Ada\n")


def archive(
    path: Path, *files: tuple[str, bytes], links: dict[str, str] | None = None, kind: bytes = tarfile.SYMTYPE
) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            made.addfile(member)
    return path


def test_folder_and_archive_of_it_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "copy" / "projects").mkdir(parents=True)
    (tmp_path / "copy" / "projects" / "A.yaml").write_bytes(PROJECT[1])
    (tmp_path / "copy" / "projects" / "B.yaml").symlink_to("A.yaml")
    (tmp_path / "copy" / "README.md").write_text("no metadata")
    packed = archive(tmp_path / "t.tar.gz", PROJECT, links={"topo/projects/B.yaml": "A.yaml"})
    found = bundle.read(tmp_path / "copy")
    assert found == bundle.read(packed)
    assert found.texts == {"projects/A.yaml": "PIName: Ada\n"}
    assert found.links == {"projects/B.yaml": "A.yaml"}


@pytest.mark.parametrize("root", ["", "./", "topology-master/", "topology/"])
def test_the_root_is_found_whatever_it_is_called(tmp_path: Path, root: str) -> None:
    packed = archive(
        tmp_path / "t.tar.gz",
        (f"{root}projects/A.yaml", b"a: b\n"),
        (f"{root}topology/F/FACILITY.yaml", b"ID: 1\n"),
        (f"{root}topology/F/S/SITE.yaml", b"ID: 1\n"),
    )
    assert sorted(bundle.read(packed).texts) == [
        "projects/A.yaml",
        "topology/F/FACILITY.yaml",
        "topology/F/S/SITE.yaml",
    ]


@pytest.mark.parametrize("name", ["../projects/A.yaml", "/etc/projects/A.yaml", "topo/../../projects/A.yaml"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="leads out of it"):
        bundle.read(archive(tmp_path / "t.tar.gz", PROJECT, (name, b"x: y\n")))


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path, kind: bytes) -> None:
    packed = archive(tmp_path / "t.tar.gz", PROJECT, links={"topo/projects/B.yaml": "A.yaml"}, kind=kind)
    with pytest.raises(SourceError, match="neither file nor folder"):
        bundle.read(packed)


def test_a_link_is_told_and_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("PIName: secret\n")
    (tmp_path / "copy" / "projects").mkdir(parents=True)
    (tmp_path / "copy" / "projects" / "A.yaml").write_bytes(PROJECT[1])
    (tmp_path / "copy" / "projects" / "B.yaml").symlink_to(secret)
    (tmp_path / "copy" / "topology").symlink_to(tmp_path)
    found = bundle.read(tmp_path / "copy")
    assert list(found.texts) == ["projects/A.yaml"]
    assert found.links == {"projects/B.yaml": str(secret)}


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    large = ("topo/projects/B.yaml", b"#" * (bundle.LARGEST_FILE + 1))
    with pytest.raises(SourceError, match=r"B.yaml is larger than 4 MiB"):
        bundle.read(archive(tmp_path / "t.tar.gz", PROJECT, large))


def test_many_files_that_unfold_to_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_BYTES", 8 << 20)
    files = [(f"topo/projects/P{n}.yaml", b"#" * (3 << 20)) for n in range(4)]
    with pytest.raises(SourceError, match="holds more than"):
        bundle.read(archive(tmp_path / "t.tar.gz", *files))


def test_headers_that_unfold_to_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header of a name of 64 MiB packs into some kilobytes."""
    monkeypatch.setattr(bundle, "MOST_BYTES", 16 << 20)
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 64 << 20
    with gzip.open(tmp_path / "t.tar.gz", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            file.write(b"a" * (1 << 20))
    assert (tmp_path / "t.tar.gz").stat().st_size < 200_000
    with pytest.raises(SourceError, match="unpacks to more than 32 MiB"):
        bundle.read(tmp_path / "t.tar.gz")


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08\x00 damaged"])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.tar.gz").write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read"):
        bundle.read(tmp_path / "t.tar.gz")


def test_a_cut_archive_is_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "t.tar.gz", PROJECT, ("topo/projects/B.yaml", b"PIName: Ben\n" * 200))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SourceError, match="cannot be read"):
        bundle.read(path)


def test_a_folder_without_metadata_is_told(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(SourceError, match="has no metadata"):
        bundle.read(tmp_path)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not UTF-8"):
        bundle.read(archive(tmp_path / "t.tar.gz", ("projects/A.yaml", b"PIName: \xff\n")))
