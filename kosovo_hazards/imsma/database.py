"""The connection with a database: one transaction that only reads, tables as frames, errors without secrets."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from kosovo_hazards._errors import UnreadableSourceError, UsageError
from kosovo_hazards._wording import doing

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["Connectable", "Database", "listed", "opened_database"]

Connectable = Any
"""A URL (str or `sqlalchemy.URL`) or a `sqlalchemy.Engine`."""

_SECONDS_TO_CONNECT = 15
_DAY_AND_TIME = r"^(\d{4}-\d\d-\d\d)[ T]\d\d:.*$"
_MOST_TABLES = 12
_SECRET = re.compile(r"pass|secret|token|key", re.I)
_SHORTEST_SECRET = 3


@dataclass(frozen=True)
class Database:
    """A database within one transaction.

    Attributes
    ----------
    connection
        The open connection.
    schema
        Where its tables lie.
    label
        Name of database and server for messages; never with a password.
    """

    connection: sa.Connection
    schema: str
    label: str

    @cached_property
    def tables(self) -> frozenset[str]:
        """Names of tables and views of the schema."""
        return frozenset([*self._inspector.get_table_names(self.schema), *self._inspector.get_view_names(self.schema)])

    @cached_property
    def schemas(self) -> tuple[str, ...]:
        """Names of the schemas there are."""
        return tuple(self._inspector.get_schema_names())

    @cached_property
    def _inspector(self) -> sa.Inspector:
        import sqlalchemy as sa

        return sa.inspect(self.connection)

    def read(self, table: str, wanted: Sequence[str] | None = None) -> pd.DataFrame:
        """Read all rows of a table in one query; geometry, dates and whatever is no plain value come as text.

        Parameters
        ----------
        table
            One of `tables`.
        wanted
            The columns to read, those that there are; by default all but binary ones.
        """
        import sqlalchemy as sa

        doing(f"Reading {table} of {self.label}")
        with warnings.catch_warnings():
            # Types that SQLAlchemy does not know, as those of PostGIS, come as text.
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            columns = self._inspector.get_columns(table, self.schema)
        binary = sa.types.LargeBinary
        if wanted is None:
            columns = [column for column in columns if not isinstance(column["type"], binary)]
        else:
            columns = [column for column in columns if column["name"] in set(wanted)]
        if not columns:
            return pd.DataFrame()
        # Names go through quoting, never into the text of a query.
        selected = [_selected(column["name"], column["type"]) for column in columns]
        query = sa.select(*selected).select_from(sa.table(table, schema=self.schema))
        rows = self.connection.execute(query).fetchall()
        frame = pd.DataFrame([tuple(row) for row in rows], columns=[column["name"] for column in columns])
        return _tidied(frame, {column["name"]: column["type"] for column in columns})


def _selected(name: str, kind: Any) -> Any:
    import sqlalchemy as sa

    column: sa.ColumnClause[Any] = sa.column(name)
    plain = (sa.types.Integer, sa.types.Numeric, sa.types.Boolean, sa.types.String, sa.types.LargeBinary)
    # Days beyond what Python knows, such as infinity, are no reason to stop.
    return column if isinstance(kind, plain) else sa.cast(column, sa.Text).label(name)


def _tidied(frame: pd.DataFrame, kinds: Mapping[str, Any]) -> pd.DataFrame:
    import sqlalchemy as sa

    for name, kind in kinds.items():
        if isinstance(kind, sa.types.Integer | sa.types.Numeric):
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
        elif isinstance(kind, sa.types.DateTime):
            frame[name] = frame[name].astype("str").str.replace(_DAY_AND_TIME, r"\1", regex=True)
    return frame


@contextmanager
def opened_database(connection: Connectable, schema: str) -> Iterator[Database]:
    """Open a database for reading; whatever it has to complain of is told without its password.

    Parameters
    ----------
    connection
        A URL or an engine; an engine is left as it is.
    schema
        Where the tables lie.

    Raises
    ------
    UnreadableSourceError
        If it can't be reached or read.
    UsageError
        If the packages that speak with databases are missing, or the address is none.
    """
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise _not_installed() from error
    given = isinstance(connection, sa.Engine)
    engine = connection if given else _engine(connection)
    label = f"database {engine.url.database or ''} on {engine.url.host or 'this machine'}"
    try:
        with engine.connect() as opened:
            if engine.dialect.name == "postgresql":
                opened.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with opened.begin():
                yield Database(opened, schema, label)
    except sa.exc.SQLAlchemyError as error:
        raise UnreadableSourceError(
            f"{label} can't be read: {_without_secrets(_first_line(error), engine.url)}",
            hint="check address, user, password and the user's right to read (SELECT); no more is needed",
        ) from None
    finally:
        if not given:
            engine.dispose()


def _engine(address: Any) -> sa.Engine:
    import sqlalchemy as sa

    try:
        url = sa.make_url(address)
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        limits = {"connect_timeout": _SECONDS_TO_CONNECT} if url.drivername == "postgresql+psycopg" else {}
        return sa.create_engine(url, connect_args=limits)
    except ImportError:
        raise _not_installed() from None
    except (sa.exc.ArgumentError, ValueError, TypeError):
        # The text of an address may hold a password and is not repeated.
        raise UsageError(
            "the address of the database can't be understood",
            hint="write postgresql://USER:PASSWORD@SERVER:PORT/DATABASE, with %40 for an @ in the password",
        ) from None


def _not_installed() -> UsageError:
    return UsageError(
        "databases are read with SQLAlchemy and psycopg, which are not installed",
        hint='python -m pip install "kosovo-hazards[imsma]"',
    )


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _without_secrets(text: str, url: sa.URL) -> str:
    hidden = [url.password or "", *(str(value) for name, value in url.query.items() if _SECRET.search(name))]
    for secret in hidden:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def listed(names: Sequence[str]) -> str:
    """Names in order, not more than fit a sentence."""
    more = f" and {len(names) - _MOST_TABLES} more" if len(names) > _MOST_TABLES else ""
    return ", ".join(sorted(names)[:_MOST_TABLES]) + more
