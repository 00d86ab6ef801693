"""Completion scripts name every subcommand and option, and their shells take them."""

from __future__ import annotations

import subprocess

import pytest

from dicom.cli import COMMANDS
from tests.commands import require

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_script_names_commands_and_options(command, shell):
    status, out, err = command("completion", shell)
    assert (status, err) == (0, "")
    for word in (*COMMANDS, "json", "tag", "window", "frame", "output"):
        assert word in out


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_takes_the_script(command, shell):
    script = command("completion", shell)[1]
    subprocess.run([require(shell), "-n"], input=script, text=True, check=True)


def complete(script: str, *words: str) -> set[str]:
    """What bash offers for the last of these words."""
    line = " ".join(f"'{word}'" for word in words)
    asked = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _dicom; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run([require("bash"), "--norc"], input=asked, text=True, capture_output=True, check=True)
    return set(done.stdout.split())


def test_bash_completes_commands_options_and_choices(command):
    script = command("completion", "bash")[1]
    assert complete(script, "dicom", "do") == {"doctor"}
    assert complete(script, "dicom", "show", "--j") == {"--json"}
    assert complete(script, "dicom", "plot", "--w") == {"--window", "--weight-kg"}
    assert complete(script, "dicom", "show", "--color", "a") == {"auto", "always"}
    assert complete(script, "dicom", "completion", "z") == {"zsh"}
    assert complete(script, "dicom", "show", "file") == set()


def test_fish_completes_commands_options_and_choices(command):
    fish, script = require("fish"), command("completion", "fish")[1]

    def offered(line: str) -> set[str]:
        done = subprocess.run(
            [fish, "--no-config", "-c", f"{script}\ncomplete -C '{line}'"], text=True, capture_output=True, check=True
        )
        return {found.split("\t")[0] for found in done.stdout.splitlines()}

    assert offered("dicom do") == {"doctor"}
    assert offered("dicom show --j") == {"--json"}
    assert offered("dicom show --color a") == {"always", "auto"}


def test_zsh_knows_the_function_after_sourcing_the_script(command):
    script = command("completion", "zsh")[1]
    asked = f"autoload -Uz compinit && compinit -u -D\n{script}\nprint $_comps[dicom]"
    done = subprocess.run([require("zsh"), "-f"], input=asked, text=True, capture_output=True, check=True)
    assert done.stdout == "_dicom\n"
