"""The `fluxgate` command."""

import sys
from typing import Annotated

import typer

from fluxgate_app.cli.accounts import key, signup, user
from fluxgate_app.cli.backup import backup, restore
from fluxgate_app.cli.budgets import budget
from fluxgate_app.cli.history import check, rebuild_rollups, rebuild_search, reprice, seed
from fluxgate_app.cli.prices import price
from fluxgate_app.cli.requests import export, prune
from fluxgate_app.errors import FluxGateError, SettingError
from fluxgate_app.settings import load

app = typer.Typer(
    help="Chat with language models and know what every call costs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, commands in (("user", user), ("key", key), ("signup", signup), ("price", price), ("budget", budget)):
    app.add_typer(commands, name=name)


@app.command()
def run(
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free one.", min=0, max=65535)] = 3000,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
) -> None:
    """Start FluxGate: migrate the database, build the pages if they changed, serve both on one port."""
    from fluxgate_app.serving import server

    server.run(load(), host, port)


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from fluxgate_app.events.rebuild import migrate

    changed = migrate(load().sqlalchemy_url)
    print("The database was migrated." if changed else "The database is up to date.")


for command in (seed, check, rebuild_rollups, rebuild_search, reprice, export, prune, backup, restore):
    app.command()(command)


def main() -> None:
    """Run the command; what FluxGate refuses is one sentence on stderr, not a traceback."""
    try:
        app()
    except FluxGateError as error:
        print(error.message, file=sys.stderr)
        sys.exit(2 if isinstance(error, SettingError) else 1)
    except UnicodeError:
        print("Arguments and passwords must be UTF-8 text", file=sys.stderr)
        sys.exit(2)
