"""The page of sources, made from their declarations."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from shigen.figures.sources import sources


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page."""
    files.append(File.generated(config, "reference/sources.md", content=source_page()))
    return files


def source_page() -> str:
    """Return one section a source: tables, files, terms, how it comes, and what its reader says of itself."""
    lead = "Each reads the files of one publisher into fact tables: `shigen data update KEY --from FILE`."
    parts = ["# Sources", lead]
    for one in sources().values():
        first = (one.read.__doc__ or "").strip().splitlines()[0]
        how = "by hand"
        if one.fetch:
            how = "from the network" if one.open else "from the network, with a key"
        parts += [
            f"## {one.name['en']} {{ #{one.key} }}",
            f"*{one.name['ja']}*. Key `{one.key}`. {first}",
            "\n".join([
                "| | |", "| --- | --- |", f"| Tables | {', '.join(f'`{table}`' for table in one.gives)} |",
                f"| Files | {one.files['en']} |", f"| Comes | {how} |", f"| Terms | {one.terms} |",
                f"| In the package | {'may be' if one.shipped else 'no: stays on your machine'} |",
                f"| Page | {one.address} |",
            ]),
        ]  # fmt: skip
    return "\n\n".join(parts) + "\n"
