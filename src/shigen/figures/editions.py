"""Which edition counts: those that a question may read, and of several the newest."""


def readable(only: str = "true") -> str:
    """SQL of the CTE `readable`: editions `e` not later than the limit `l.upto` that a question sets their publisher.

    Parameters
    ----------
    only : str
        A further condition on `e` and `l`.
    """
    return f"""
        limits as (select unnest($publishers) as publisher, unnest($positions) as upto),
        readable as materialized (
            select e.* from editions e left join limits l using (publisher)
            where (l.upto is null or e.position <= l.upto) and {only}
        )"""


def newest(by: str, order: str = "position desc, edition desc") -> str:
    """SQL that keeps, of rows that are alike in `by`, the one of the newest edition; of several as new, by name."""
    return f"qualify row_number() over (partition by {by} order by {order}) = 1"
