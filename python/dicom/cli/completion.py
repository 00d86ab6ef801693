"""``dicom completion``: a script that completes the command in bash, zsh or fish.

In: the name of a shell. Out: the script, on standard output. It is made from the parser itself, with no package beside
the standard library, so that it always knows the options that there are.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``dicom completion`` understands."""
    parser.add_argument("shell", choices=_SHELLS, help="for bash: source <(dicom completion bash)")


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    sys.stdout.write({"bash": bash_script, "zsh": zsh_script, "fish": fish_script}[arguments.shell]())
    return 0


def bash_script() -> str:
    """Script for bash: ``source <(dicom completion bash)``."""
    cases = []
    for name, parser in _subparsers().items():
        words = [option for action in _options(parser) for option in action.option_strings]
        words += [_choices(action) for action in parser._actions if not action.option_strings]
        cases.append(f"        {name}) words={_quoted(' '.join(words).strip())} ;;")
    values = [
        f"        {'|'.join(action.option_strings)}) COMPREPLY=($(compgen -W {_quoted(_choices(action))} "
        '-- "$current")); return ;;'
        for action in _distinct_choices()
    ]
    return "\n".join(
        (
            "_dicom() {",
            '    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words=',
            '    case "$previous" in',
            *values,
            "    esac",
            '    case "${COMP_WORDS[1]}" in',
            *cases,
            f"        *) words={_quoted(' '.join((*_subparsers(), '--help', '--version', '--debug')))} ;;",
            "    esac",
            '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
            "}",
            "# File names wherever no word of ours fits.",
            "complete -o bashdefault -o default -F _dicom dicom",
            "",
        )
    )


def zsh_script() -> str:
    """Script for zsh: put it as ``_dicom`` into a folder of ``$fpath``, or ``source <(dicom completion zsh)``."""
    from dicom.cli import COMMANDS

    lines = ["#compdef dicom", "_dicom() {", "    local -a commands", "    commands=("]
    lines += [f"        {_quoted(f'{name}:{summary}')}" for name, summary in COMMANDS.items()]
    lines += [
        "    )",
        "    if (( CURRENT == 2 )); then",
        "        _describe command commands",
        "        return",
        "    fi",
    ]
    lines.append('    case "$words[2]" in')
    for name, parser in _subparsers().items():
        specifications = [
            _zsh_option(action, option) for action in _options(parser) for option in action.option_strings
        ]
        specifications += [
            _quoted(f"*:{action.dest}:({_choices(action)})" if action.choices else "*:file:_files")
            for action in parser._actions
            if not action.option_strings
        ]
        lines.append(f"        {name})")
        lines.append("            shift words; (( CURRENT-- ))")
        lines.append(f"            _arguments {' '.join(specifications)} ;;")
    lines += ["    esac", "}", 'if [ "$funcstack[1]" = "_dicom" ]; then', '    _dicom "$@"', "else"]
    lines += ["    compdef _dicom dicom", "fi", ""]
    return "\n".join(lines)


def fish_script() -> str:
    """Script for fish: ``dicom completion fish | source``."""
    from dicom.cli import COMMANDS

    lines = [
        f"complete -c dicom -n __fish_use_subcommand -f -a {name} -d {_quoted(summary)}"
        for name, summary in COMMANDS.items()
    ]
    for name, parser in _subparsers().items():
        condition = _quoted(f"__fish_seen_subcommand_from {name}")
        for action in parser._actions:
            words = [f"complete -c dicom -n {condition}"]
            words += [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in action.option_strings]
            if action.choices:
                words.append(f"-f -a {_quoted(_choices(action))}")
            if action.option_strings and action.nargs != 0:
                words.append("-r")
            if action.option_strings or action.choices:
                lines.append(" ".join([*words, f"-d {_quoted(_plain(action.help))}"]))
    return "\n".join(lines) + "\n"


def _subparsers() -> dict[str, argparse.ArgumentParser]:
    import argparse

    from dicom.cli import build_parser

    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.option_strings]


def _distinct_choices() -> list[argparse.Action]:
    """Options that take one of a few words, each once."""
    found = {
        action.option_strings[0]: action
        for parser in _subparsers().values()
        for action in _options(parser)
        if action.choices
    }
    return list(found.values())


def _zsh_option(action: argparse.Action, option: str) -> str:
    text = f"{option}[{_for_zsh(action.help)}]"
    if action.nargs != 0:
        choices = f"({_choices(action)})" if action.choices else "_files" if "output" in option else " "
        text += f":{action.dest}:{choices}"
    return _quoted(text)


def _choices(action: argparse.Action) -> str:
    return " ".join(str(choice) for choice in action.choices or ())


def _plain(text: str | None) -> str:
    """The first clause of an option's help."""
    return (text or "").split(";")[0]


def _for_zsh(text: str | None) -> str:
    """The same without what a specification of zsh would read as its own syntax."""
    return _plain(text).replace("[", "(").replace("]", ")").replace(":", ",")


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
