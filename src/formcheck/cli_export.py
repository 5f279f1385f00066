"""The command that writes models for other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

INSTALL = "pip install 'formcheck[learn]'"
CHAIN = "chain"


def export(
    model: Annotated[
        str,
        typer.Argument(help="A model that ships (recognition, criteria/squat, ...), a folder of one, or: chain."),
    ],
    to: Annotated[str, typer.Option(help="onnx, or litert; a chain for litert has onnx, too.")] = "litert",
    int8: Annotated[bool, typer.Option("--int8", help="With int8 weights: a third of the size.")] = False,
    out: Annotated[Path, typer.Option(help="The folder for what is written.")] = Path("formcheck-export"),
    models: Annotated[
        Path | None,
        typer.Option(help="chain: a folder of correctness models or their trainings; those that ship if not given."),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(help="chain: the training of the network that names, made here if it is new; else what ships."),
    ] = None,
    litertjs: Annotated[
        Path | None, typer.Option(help="chain: the node_modules with LiteRT.js for the page; no page without.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="chain: where synthetic people are kept.")] = Path("build/chain"),
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Write a model as ONNX or LiteRT, or a chain of them that scores repetitions anywhere, with Python and a page."""
    try:
        from formcheck.learn.chain.convert import export_model, find_model
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error

    if model == CHAIN:
        _chain(out, to, models, names, litertjs, cache, quiet)
        return
    made = export_model(find_model(model), to, int8, out)
    if not quiet:
        typer.echo(f"{made.path}: {made.size / 1000:.0f} kB, at most {made.off:.2g} off; {made.compared}")


def _chain(
    out: Path, to: str, models: Path | None, names: Path | None, litertjs: Path | None, cache: Path, quiet: bool
) -> None:
    from formcheck.learn.chain import names as naming
    from formcheck.learn.chain.drivings import DRIVINGS
    from formcheck.learn.chain.export import KINDS, check_chain, networks_in, write_chain
    from formcheck.learn.chain.page import INSTALL as PAGE
    from formcheck.learn.chain.page import write_page
    from formcheck.predictor.correctness import SHIPPED

    if to not in ("onnx", "litert"):
        raise ValueError(f"expected the format onnx or litert, got {to!r}")
    if to == "onnx" and litertjs is not None:
        raise ValueError("expected --to litert for a page, got --to onnx with --litertjs")
    kinds = tuple(kind for kind in KINDS if to == "litert" or kind.startswith(to))
    networks = networks_in(models or SHIPPED)
    with progress_bar(quiet) as progress:
        named = (
            naming.opened() if names is None else naming.kept(tuple(DRIVINGS), naming.Plan(), cache, names, progress)
        )
        written = write_chain(out, named, networks, cache, kinds, progress)
    if litertjs is not None:
        write_page(out, litertjs)
    found = check_chain(out)
    if quiet:
        return
    rows = [("network", "format", "kB", "most off")]
    rows += [(each.name, each.kind.replace("_", " "), f"{each.size / 1000:.0f}", f"{each.off:.2g}") for each in written]
    print_table("What is off is a score, or of `names` a probability", rows)
    typer.echo(f"\nRepetitions of its own recordings found and named: {sum(found.values()) / len(found):.0%}")
    how = " --onnx" if to == "onnx" else ""
    typer.echo(f"Try it: python {out / 'example.py'} {out / next(iter(found))}{how}")
    served = f"Page: python -m http.server --directory {out}, then http://localhost:8000"
    typer.echo(served if litertjs is not None else f"No page: {PAGE}, and give its node_modules as --litertjs")
