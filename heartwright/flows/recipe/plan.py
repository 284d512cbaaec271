"""From a recipe to steps: every option checked, every file placed, nothing run yet."""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path
from typing import Any

from heartwright.data import HeartwrightError, InputError, Provenance
from heartwright.data.files import sha256
from heartwright.data.yaml_file import checked
from heartwright.flows.recipe.document import Options, Recipe
from heartwright.flows.recipe.references import Files, numbered, referred, resolved, texts
from heartwright.flows.recipe.verb import Verb


@dataclass(frozen=True)
class Site:
    """Where a recipe reads and where it writes."""

    home: Path  # the recipe's own folder: relative names begin here, and verbs run here
    out: Path

    def written(self, file: str) -> str:
        """A file of the output folder as seen from the recipe's folder."""
        return relpath(self.out / file, self.home)

    def unnamed(self, inputs: Iterable[str]) -> dict[str, str]:
        """What a log says instead of names of files from outside, and of folders."""
        stand_ins = {name: f"input-{n}" for n, name in enumerate(sorted(inputs), start=1)}
        folder = self.written("")
        return stand_ins | ({} if folder == "." else {f"{folder}/": ""})


@dataclass(frozen=True)
class Step:
    """One command, ready to run in the recipe's folder."""

    name: str
    verb: Verb
    words: list[str]
    files: Files  # in the output folder, by option and by number
    inputs: Mapping[str, str]  # files from outside the recipe → SHA-256
    before: frozenset[str]  # the steps whose files it reads
    key: str  # follows from options, inputs from outside and the software's versions
    unnamed: Mapping[str, str]  # names → what a log says instead

    @property
    def names(self) -> list[str]:
        """The names of its files."""
        return sorted(set(self.files.values()))

    def told(self, value: Any) -> Any:
        """A value as it may be logged: files are called after patients, and logs are passed on."""
        if isinstance(value, Mapping):
            return {name: self.told(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.told(item) for item in value]
        if not (isinstance(value, str) and self.unnamed):
            return value
        names = "|".join(re.escape(name) for name in sorted(self.unnamed, key=len, reverse=True))
        alone = rf"(?<![\w.-])(?:{names})(?:(?<=/)|(?![\w-]))"
        return re.sub(alone, lambda found: self.unnamed[found[0]], value)


def plan_steps(recipe: Recipe, path: Path, out: Path, verbs: Mapping[str, Verb]) -> list[Step]:
    """The steps of the recipe in `path`, whose files go to the folder `out`.

    Raises:
        InputError: a verb, an option, a reference or a file's name is wrong.
    """
    site = Site(path.absolute().parent, out.absolute())
    steps: list[Step] = []
    for name, step in recipe.steps.items():
        ((verb, options),) = step.items()
        where = f"{path}, step {name}"
        with telling(where):
            known = _verb(verb, verbs)
        given = checked(known.options, options, where)
        with telling(where):
            values = given.model_dump(mode="json", by_alias=True, exclude_unset=True)
            steps.append(_step(name, known, values, site, steps))
    return steps


@contextmanager
def telling(where: str) -> Iterator[None]:
    """Errors of the block say where they happened."""
    try:
        yield
    except HeartwrightError as error:
        raise type(error)(f"{where}: {error}") from error


def _verb(name: str, verbs: Mapping[str, Verb]) -> Verb:
    if name in verbs:
        return verbs[name]
    near = difflib.get_close_matches(name, verbs, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"choose one of {', '.join(sorted(verbs))}."
    raise InputError(f"there is no verb '{name}'; {hint}")


def _step(name: str, verb: Verb, values: Options, site: Site, before: Sequence[Step]) -> Step:
    written = {option: values[option] for option in values if option in verb.written}
    read = {option: value for option, value in values.items() if option not in written}
    _check_names([*texts(list(written.values()))], before)
    files = {step.name: step.files for step in before}
    words = verb.words(
        {option: resolved(value, files, site.written) for option, value in read.items()}
        | {option: _placed(value, site) for option, value in written.items()}
    )
    inputs = _inputs(list(read.values()), site)
    facts = [verb.name, values, inputs, dict(Provenance.of().versions)]
    key = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    earlier = frozenset(referred(list(read.values())))
    unnamed = site.unnamed(inputs)
    return Step(name, verb, words, numbered(written), inputs, earlier, key, unnamed)


def _placed(value: Any, site: Site) -> Any:
    return site.written(value) if isinstance(value, str) else [site.written(v) for v in value]


def _check_names(names: Sequence[str], before: Sequence[Step]) -> None:
    """Every file a plain name, and no file written twice."""
    taken = {file: f"step {step.name}" for step in before for file in step.names}
    for name in names:
        if name in ("", ".", "..") or "$" in name or Path(name).name != name:
            raise InputError(f"'{name}' is no plain name; files go to the recipe's output folder.")
        if name in taken:
            raise InputError(f"{taken[name]} writes {name} already; choose another name.")
        taken[name] = "this step"


def _inputs(values: Any, site: Site) -> dict[str, str]:
    """Files and folders among the values, or behind their `=`, with their fingerprints."""
    found = {}
    for token in sorted({text.rpartition("=")[2] for text in texts(values)}):
        place = site.home / token
        if not token or not _is_there(place):
            continue
        if site.out.is_relative_to(place.resolve()):
            raise InputError(f"the output folder {site.out} lies in the input {token}; give --out.")
        found[token] = sha256(place)
    return found


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):  # too long for a name: a list of points
        return False
