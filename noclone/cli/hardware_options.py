"""The options and arguments of ``noclone hardware``'s commands, and what several of them do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from noclone.hardware_checks.arrangements import Experiment
    from noclone.hardware_checks.ledger import Ledger

__all__ = [
    "LEDGER",
    "AlphaOption",
    "BackendOption",
    "BudgetOption",
    "DecouplingOption",
    "DryOption",
    "EffectOption",
    "ExperimentOption",
    "LOption",
    "LeakOption",
    "LedgerOption",
    "MaxOption",
    "MethodOption",
    "MitigateOption",
    "NOption",
    "PlotOption",
    "PowerOption",
    "ProtocolOption",
    "ROption",
    "RecoveryOption",
    "ResubmitOption",
    "RunArgument",
    "RunsArgument",
    "ScaleOption",
    "SeedOption",
    "ShotsOption",
    "SoughtOption",
    "ToleranceOption",
    "TwirlOption",
    "VirtualOption",
    "WaitOption",
    "YesOption",
    "ZzOption",
    "chosen_experiments",
    "opened",
]

LEDGER = Path("noclone-runs.sqlite")
"""Where runs are recorded unless the user says otherwise."""

AlphaOption = Annotated[float, typer.Option("--alpha", metavar="X", help="error rate of all comparisons together")]
BackendOption = Annotated[
    str, typer.Option("--backend", metavar="NAME", help="fake:NAME, stim:NAME, aer:NAME or ibm:NAME")
]
BudgetOption = Annotated[
    bool, typer.Option("--budget", help="also print the dearest gates, qubits and idle periods of each quantity")
]
DecouplingOption = Annotated[bool, typer.Option("--dd", help="dynamical decoupling of idle qubits")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="tell the cost and stop; nothing is recorded")]
EffectOption = Annotated[
    float | None,
    typer.Option("--effect", metavar="X", help="the difference that matters (default: the run's)", show_default=False),
]
ExperimentOption = Annotated[
    int,
    typer.Option(
        "--experiment",
        metavar="NUMBER",
        help="1 entanglement fidelity, 2 CHSH, 3 iterated cloning, 4 GHZ, 5 single use, 6 access by data",
    ),
]
LOption = Annotated[
    str | None,
    typer.Option("--l", metavar="L", help="rounds of iterated cloning, or a range (experiment 3)", show_default=False),
]
LeakOption = Annotated[
    float, typer.Option("--leak", metavar="X", help="the smallest correlator of a clone without key that matters")
]
LedgerOption = Annotated[
    Path, typer.Option("--ledger", metavar="FILE", help="the ledger of runs, made if it is not there")
]
MaxOption = Annotated[
    float | None,
    typer.Option("--max-qpu-seconds", metavar="S", help="submit nothing that would cost more", show_default=False),
]
MethodOption = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="untwirled, asymmetric or twirled (default: the backend's)",
        show_default=False,
    ),
]
MitigateOption = Annotated[
    bool, typer.Option("--mitigate", help="undo the calibrated readout errors; values are marked")
]
NOption = Annotated[
    str | None,
    typer.Option(
        "--n", metavar="N", help="clones, or a range such as 2..15 (experiments 1, 2, 5, 6)", show_default=False
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="draw it, layer by layer: FILE.svg or FILE.png", show_default=False),
]
PowerOption = Annotated[float, typer.Option("--power", metavar="X", help="probability of seeing the effect")]
ProtocolOption = Annotated[
    str | None,
    typer.Option(
        "--protocol", metavar="TARGET", help="any Clifford protocol instead of an experiment", show_default=False
    ),
]
ROption = Annotated[
    str | None,
    typer.Option("--r", metavar="R", help="qubits of the GHZ state, or a range (experiment 4)", show_default=False),
]
RecoveryOption = Annotated[
    str | None, typer.Option("--recovery", metavar="NAME", help="the protocol's recovery", show_default=False)
]
ResubmitOption = Annotated[
    bool, typer.Option("--resubmit", help="submit again what failed or may be lost; that is paid for")
]
RunArgument = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="a run's id or its beginning (default: the newest)", show_default=False),
]
RunsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="RUN...", help="runs' ids or their beginnings (default: the newest)", show_default=False),
]
ScaleOption = Annotated[
    float, typer.Option("--scale", metavar="X", min=0.0, max=10.0, help="one factor on all error rates, for a fit")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="of simulated backends")]
ShotsOption = Annotated[
    int | None,
    typer.Option(
        "--shots", metavar="N", min=1, help="of each circuit (default: what --effect needs)", show_default=False
    ),
]
SoughtOption = Annotated[
    float, typer.Option("--effect", metavar="X", help="the difference to be seen, as a share of a quantity's range")
]
ToleranceOption = Annotated[
    float,
    typer.Option("--tolerance", metavar="X", help="what the model itself may err, as a share of a quantity's range"),
]
TwirlOption = Annotated[bool, typer.Option("--twirl", help="random Pauli twirls of two-qubit gates")]
VirtualOption = Annotated[bool, typer.Option("--virtual", help="experiment 3's one-branch series instead")]
WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0.0,
        help="leave after so long; the run goes on and can be collected later",
        show_default=False,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do not ask; paid backends want --max-qpu-seconds too")]
ZzOption = Annotated[
    float,
    typer.Option("--zz", metavar="HZ", min=0.0, max=1e6, help="coherent ZZ between idle neighbours, not calibrated"),
]


def opened(ledger: Path) -> Ledger:
    """An existing ledger; raises InputError if there is none."""
    from noclone.hardware_checks.ledger import Ledger
    from noclone.models.errors import InputError

    if not ledger.exists():
        raise InputError(
            f"there is no ledger '{ledger}': start a run with 'noclone hardware run', or name another file with --ledger"
        )
    return Ledger(ledger)


def chosen_experiments(
    number: int, sizes: Mapping[str, str], *, virtual: bool, protocol: str | None, recovery: str | None
) -> list[tuple[str, int | str, Experiment]]:
    """The experiments of one number and these sizes, or anybody's protocol as one, with parameter and size; raises InputError."""
    from noclone.cli.targets import load, only_protocol
    from noclone.hardware.choices import own_experiment, sized_experiments
    from noclone.models.errors import InputError

    if protocol is None:
        if recovery is not None:
            raise InputError("--recovery belongs to --protocol: the experiments have their own")
        return sized_experiments(number, sizes, virtual=virtual)
    if set(sizes) - {"n"} or virtual:
        raise InputError("--protocol takes --n at most; give other parameters in a claims file")
    loaded = load(protocol, sizes.get("n"), None, None, None)
    return [own_experiment(only_protocol(loaded, protocol, "noclone hardware"), recovery)]
