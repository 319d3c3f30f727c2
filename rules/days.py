"""Whole days of a helpdesk's time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rules.facts import Day, UtcSecond

_QUARTER = 900


class Calendar:
    """Turns seconds into days of one time zone. Equal zones give equal calendars."""

    __slots__ = ("_days", "zone")

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._days: dict[int, Day] = {}

    def day(self, second: UtcSecond) -> Day:
        """The day that holds this second. Every offset from UTC in use is a multiple of a quarter hour."""
        quarter = second // _QUARTER
        found = self._days.get(quarter)
        if found is None:
            found = self._days[quarter] = self.today(datetime.fromtimestamp(quarter * _QUARTER, UTC))
        return found

    def today(self, moment: datetime) -> Day:
        """The day that holds this moment."""
        return Day(moment.astimezone(self.zone).toordinal())

    def midnight(self, day: Day) -> datetime:
        """The moment at which the day begins, in UTC."""
        return datetime.combine(date.fromordinal(day), time(), self.zone).astimezone(UTC)

    def midnights(self, after: datetime, until: datetime) -> list[Day]:
        """The days that ended after `after` and at or before `until`, in order."""
        first = self.today(after)
        last = self.today(until)
        return [Day(day) for day in range(first, last) if after < self.midnight(Day(day + 1)) <= until]

    def shown(self, moment: datetime) -> date:
        """The date people see of a judgement: one at midnight belongs to the day that ended."""
        return (moment - timedelta(seconds=1)).astimezone(self.zone).date()
