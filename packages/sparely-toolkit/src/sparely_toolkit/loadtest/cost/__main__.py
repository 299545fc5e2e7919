"""`python -m sparely_toolkit.loadtest.cost`: where the prices come from, and which of them are older than a year."""

import sys
from datetime import date

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.page import Table, markdown_table

OLD_DAYS = 365


def main(today: date | None = None) -> int:
    """Print the origins; 1 when a price is older than a year."""
    today = today or date.today()
    origins = list(prices.origins())
    rows = [
        [
            f"{origin.region} {origin.service}",
            f"{origin.read}",
            f"{origin.age_days(today)}",
            "verified" if origin.verified else "not verified",
            "OLD" if origin.age_days(today) > OLD_DAYS else "",
            origin.source,
        ]
        for origin in origins
    ]
    print(markdown_table(Table(["Prices", "Read", "Days ago", "", "", "Source"], rows)))
    old = [origin for origin in origins if origin.age_days(today) > OLD_DAYS]
    print(f"\n{len(old)} of {len(origins)} tables are older than a year.")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
