"""What comes of one record: rows, or why there are none. The same when it is read, and when it is read again."""

from collections.abc import Callable

from collectors.classads.ad import Ad, UnreadableAd
from collectors.classads.banner import Banner
from collectors.classads.text import Record
from collectors.rows import Origin, Outcome, Reject, RowMaker

NO_BANNER = "the line that ends the record is no banner that HTCondor writes"
NO_ATTRIBUTE = "a record without any attribute that is known"


def outcome_of(
    record: Record, banner: Banner | None, parse: Callable[[bytes], Ad], maker: RowMaker, origin: Origin
) -> Outcome:
    """Rows, a Reject, Skipped or Unowned; `banner`: what its banner line says, None if it has none or no real one."""
    if record.banner is not None and banner is None:
        return Reject("unreadable", NO_BANNER)
    try:
        ad = parse(record.body)
    except UnreadableAd as error:
        return Reject("unreadable", str(error))
    if not ad.raw:
        return Reject("unreadable", NO_ATTRIBUTE)
    return maker.rows(ad, banner, origin, record.start)
