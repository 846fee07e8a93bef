"""Run the migrations on the connection that `fluxgate_app.db.migrate` hands over, or on the one the settings name."""

from sqlmodel import SQLModel

import fluxgate_app.models  # noqa: F401
from alembic import context
from fluxgate_app.db import Database
from fluxgate_app.settings import load


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with Database(load().sqlalchemy_url).engine.begin() as opened:
        run(opened)
